//! What becomes of an operation that a room of routes names: it is answered, or it is described.
//!
//! The description is large, some 15 MiB while it is put together, and hardly anybody asks for it:
//! so the front door forgets what operations say of themselves, and the description is made for
//! the first who reads it.

use axum::Router;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::AppState;

/// Takes operations one after another.
pub trait Mount: Sized {
    /// Without any.
    fn empty() -> Self;
    /// With the operations of one path as well.
    fn routes(self, operations: UtoipaMethodRouter<AppState>) -> Self;
}

/// Describes them.
impl Mount for OpenApiRouter<AppState> {
    fn empty() -> Self {
        Self::new()
    }

    fn routes(self, operations: UtoipaMethodRouter<AppState>) -> Self {
        Self::routes(self, operations)
    }
}

/// Answers them.
impl Mount for Router<AppState> {
    fn empty() -> Self {
        Self::new()
    }

    fn routes(self, (_, paths, methods): UtoipaMethodRouter<AppState>) -> Self {
        let mount = |router: Self, path: &String| router.route(path, methods.clone());
        paths.paths.keys().fold(self, mount)
    }
}
