//! A look at Redis from outside the running product.

use std::time::Duration;

use redis::Client;

use crate::PushError;

/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a look at Redis found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisReport {
    /// What Redis does when its memory is full, such as `noeviction`; none where it will not say.
    pub memory_policy: Option<String>,
}

/// Asks Redis how it is.
pub async fn inspect(url: &str) -> Result<RedisReport, PushError> {
    let client = Client::open(url).map_err(|_| PushError::BadUrl)?;
    let asked = async {
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<()>(&mut connection).await?;
        // Managed installations refuse CONFIG; that is no fault.
        let policy = redis::cmd("CONFIG")
            .arg("GET")
            .arg("maxmemory-policy")
            .query_async::<Vec<String>>(&mut connection)
            .await;
        Ok::<_, redis::RedisError>(policy.ok().and_then(|pair| pair.into_iter().nth(1)))
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(memory_policy)) => Ok(RedisReport { memory_policy }),
        Ok(Err(_)) | Err(_) => Err(PushError::Unreachable),
    }
}
