//! The secrets and signatures of webhooks, by the library of those who wrote Standard Webhooks 1.0
//! (HMAC-SHA256 over id, time and body).

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::Webhook;
use zeroize::Zeroizing;

use crate::VaultError;

/// What a secret begins with, by which people and scanners know what it is.
const MARK: &str = "whsec_";

/// A new secret of 256 random bits, as Standard Webhooks writes it.
pub fn new_webhook_secret() -> SecretString {
    let bytes = Zeroizing::new(rand::random::<[u8; 32]>());
    SecretString::from(format!("{MARK}{}", STANDARD.encode(*bytes)))
}

/// The value of `webhook-signature`: one signature for each secret, with spaces between them.
/// `timestamp` is in seconds since 1970.
pub fn sign_webhook(secrets: &[SecretString], id: &str, timestamp: i64, body: &str) -> Result<String, VaultError> {
    let sign = |secret: &SecretString| {
        Webhook::new(secret.expose_secret())
            .and_then(|webhook| webhook.sign(id, timestamp, body.as_bytes()))
            .map_err(|_| VaultError::SigningFailed)
    };
    let signatures: Vec<String> = secrets.iter().map(sign).collect::<Result<_, _>>()?;
    Ok(signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Published with the libraries of Standard Webhooks.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &str = r#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn the_published_example_has_its_published_signature() {
        let signed = sign_webhook(&[SecretString::from(SECRET)], ID, 1_614_265_330, BODY);
        assert_eq!(signed.unwrap(), SIGNATURE);
    }

    #[test]
    fn while_a_secret_is_replaced_both_sign() {
        let secrets = [new_webhook_secret(), SecretString::from(SECRET)];
        let signed = sign_webhook(&secrets, ID, 1_614_265_330, BODY).unwrap();
        let (new, former) = signed.split_once(' ').unwrap();
        assert!(new.starts_with("v1,") && new != former);
        assert_eq!(former, SIGNATURE);
    }

    #[test]
    fn a_secret_is_256_bits_behind_its_mark_and_never_the_same() {
        let (one, two) = (new_webhook_secret(), new_webhook_secret());
        let text = one.expose_secret().strip_prefix(MARK).unwrap();
        assert_eq!(STANDARD.decode(text).unwrap().len(), 32);
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
