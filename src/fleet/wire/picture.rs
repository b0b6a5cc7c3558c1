//! An image in a request: what each format wants to hold, and that it is what it says.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Largest image that providers take.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// An image that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What it was said to be.
    pub media_type: String,
    /// Its size.
    pub bytes: usize,
    /// SHA-256 of its bytes.
    pub hash: String,
}

/// The kind of an image by its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

impl Picture {
    /// Reads one from its kind and its base64.
    pub fn read(media_type: &str, data: &str) -> Result<Self, String> {
        let bytes = STANDARD
            .decode(data)
            .map_err(|_| "Could not process image: invalid base64 data".to_owned())?;
        let kind = kind_of(&bytes).ok_or_else(|| "Could not process image: unsupported format".to_owned())?;
        if kind != media_type {
            return Err(format!(
                "The image was specified using the {media_type} media type, but it appears to be a {kind} image"
            ));
        }
        if bytes.len() > MOST_BYTES {
            return Err(format!(
                "image exceeds 5 MB maximum: {} bytes > {MOST_BYTES} bytes",
                bytes.len()
            ));
        }
        Ok(Self {
            media_type: kind.to_owned(),
            bytes: bytes.len(),
            hash: hex::encode(Sha256::digest(&bytes)),
        })
    }

    /// Reads one from an address that holds it; others would have to be fetched.
    pub fn read_data_url(url: Option<&str>) -> Result<Self, String> {
        let url = url.ok_or_else(|| "Invalid type for 'image_url': expected an address".to_owned())?;
        let (media_type, data) = url
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(";base64,"))
            .ok_or_else(|| "Failed to download image: only data: addresses are taken here".to_owned())?;
        Self::read(media_type, data)
    }

    /// Refuses a part with a field that it may not have.
    pub fn only(part: &Value, fields: &[&str]) -> Result<(), String> {
        match super::unknown_field(part, fields) {
            Some(field) => Err(format!("{field}: Extra inputs are not permitted")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_must_be_what_it_says() {
        let png = STANDARD.encode(b"\x89PNG\r\n\x1a\nrest");
        assert_eq!(Picture::read("image/png", &png).map(|one| one.bytes), Ok(12));
        assert!(Picture::read("image/jpeg", &png).is_err());
        assert!(Picture::read("image/png", "no base64!").is_err());
        assert!(Picture::read_data_url(Some("https://example.com/a.png")).is_err());
    }
}
