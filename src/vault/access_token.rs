//! Access tokens of API clients: JWTs that live for minutes and name the sign-in they belong to.
//! One algorithm, one issuer, one audience; everything else is refused.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quorum_domain::{
    Timestamp,
    ids::{SessionId, UserId},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{MasterKey, Vault, VaultError, jwt_crypto};

const ISSUER: &str = "quorum";
const AUDIENCE: &str = "quorum-api";
/// RFC 9068: says that this is an access token, and not another kind of JWT.
const TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Signs and checks access tokens. Cheap to clone.
#[derive(Clone)]
pub struct AccessTokens {
    vault: Vault,
    validation: Arc<Validation>,
}

/// The secret of one master key's tokens.
fn secret_of(master: &MasterKey) -> Zeroizing<[u8; 32]> {
    master.derive(b"quorum access token 1")
}

impl AccessTokens {
    /// Under keys that are derived from the master keys: all processes of an installation share
    /// them, and a master key that is gone takes its tokens with it.
    pub fn new(vault: Vault) -> Self {
        jwt_crypto::install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Checked below, against the clock that the caller has.
        validation.validate_exp = false;
        Self {
            vault,
            validation: Arc::new(validation),
        }
    }

    /// A token for a sign-in, good until `expires_at`.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<String, VaultError> {
        let keys = self.vault.master_keys();
        let header = Header {
            typ: Some(TYPE.into()),
            kid: Some(keys.newest().id()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            sid: session,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let secret = EncodingKey::from_secret(secret_of(keys.newest()).as_slice());
        encode(&header, &claims, &secret).map_err(|_| VaultError::SealingFailed)
    }

    /// The user and sign-in that a token names; none for whatever is not exactly one of ours, or
    /// is too old.
    pub fn check(&self, token: &str, now: Timestamp) -> Option<(UserId, SessionId)> {
        let header = decode_header(token).ok()?;
        if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        // The kid picks one of our own keys by its name; it is never a place to look for one.
        let keys = self.vault.master_keys();
        let secret = secret_of(keys.by_id(header.kid.as_deref()?)?);
        let key = DecodingKey::from_secret(secret.as_slice());
        let claims = decode::<Claims>(token, &key, &self.validation).ok()?.claims;
        (claims.exp > now.timestamp()).then_some((claims.sub, claims.sid))
    }
}

#[cfg(test)]
#[path = "access_token_tests.rs"]
mod tests;
