//! A line between a client and the product that a test can cut.

use std::sync::{Arc, Mutex};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Passes everything on to the product, until it is cut.
pub struct CutLine {
    pub origin: String,
    to: Arc<Mutex<String>>,
    lines: Arc<Mutex<JoinSet<()>>>,
}

impl CutLine {
    pub async fn to(origin: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            to: Arc::new(Mutex::new(address(origin))),
            lines: Arc::default(),
        };
        let (to, lines) = (Arc::clone(&line.to), Arc::clone(&line.lines));
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let to = to.lock().unwrap().clone();
                lines.lock().unwrap().spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(to).await {
                        let _until_cut = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        line
    }

    /// Cuts every line that is open; new ones are passed on again.
    pub fn cut(&self) {
        self.lines.lock().unwrap().abort_all();
    }

    /// The product is somewhere else now.
    pub fn lead_to(&self, origin: &str) {
        *self.to.lock().unwrap() = address(origin);
    }
}

fn address(origin: &str) -> String {
    origin.trim_start_matches("http://").to_owned()
}
