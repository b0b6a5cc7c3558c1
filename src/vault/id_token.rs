//! ID tokens of OpenID Connect issuers: JWTs under the issuer's public keys
//! (OpenID Connect Core 1.0, section 3.1.3.7).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use quorum_domain::Timestamp;
use serde::Deserialize;

use crate::{jwt_crypto, same_text};

/// Public-key algorithms only: a client secret is no key to check a signature with.
const ALGORITHMS: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// How far the issuer's clock may be from ours.
const LEEWAY_SECONDS: i64 = 60;

/// What an ID token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// For whom: us.
    pub client_id: &'a str,
    /// For which sign-in.
    pub nonce: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

/// Who signed in at the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The issuer's name for the person; never given to another.
    pub sub: String,
    /// Their address, as the issuer has it.
    pub email: Option<String>,
    /// Whether the issuer made sure that the address is theirs.
    #[serde(default)]
    pub email_verified: bool,
    /// Their name.
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(flatten)]
    identity: Identity,
    exp: i64,
    iat: i64,
    nonce: String,
    azp: Option<String>,
}

/// Why an ID token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenProblem {
    /// Not a JWT, or not of an algorithm that is taken.
    #[error("the ID token is of an unknown form")]
    Form,
    /// None of the issuer's keys made the signature; they may have been changed.
    #[error("the ID token is not signed by a known key of its issuer")]
    Key,
    /// It is of another issuer, for another client, for another sign-in, or too old.
    #[error("the ID token is not for this sign-in")]
    Claims,
}

/// Checks an ID token against the issuer's published keys, a JSON Web Key Set.
pub fn check_id_token(token: &str, keys: &str, expected: Expected<'_>) -> Result<Identity, IdTokenProblem> {
    jwt_crypto::install();
    let header = decode_header(token).map_err(|_| IdTokenProblem::Form)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(IdTokenProblem::Form);
    }
    let keys: JwkSet = serde_json::from_str(keys).map_err(|_| IdTokenProblem::Key)?;
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None if keys.keys.len() == 1 => keys.keys.first(),
        None => None,
    };
    let key = key
        .and_then(|key| DecodingKey::from_jwk(key).ok())
        .ok_or(IdTokenProblem::Key)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // Checked below, against the clock that the caller has.
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, &key, &validation)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => IdTokenProblem::Key,
            _ => IdTokenProblem::Claims,
        })?
        .claims;
    let now = expected.now.timestamp();
    let fits = claims.exp > now - LEEWAY_SECONDS
        && claims.iat < now + LEEWAY_SECONDS
        && same_text(&claims.nonce, expected.nonce)
        && claims.azp.is_none_or(|azp| azp == expected.client_id)
        && !claims.identity.sub.is_empty();
    if fits {
        Ok(claims.identity)
    } else {
        Err(IdTokenProblem::Claims)
    }
}
