//! Images as a program gives them: their bytes, in Base64, with the request. They keep to the limits of
//! those that a page brings, and Quorum fetches none for anybody.

use axum::body::Bytes;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use quorum_domain::{Attachment, ImageType, attachment::image_tokens, ids::UserId};
use quorum_store::{Session, Tx};
use sha2::{Digest, Sha256};

use crate::{
    ApiError, FaultCode,
    images::{self, ImageFacts, NewImage, examine},
    state::Limits,
};

/// Clients write Base64 with and without the signs at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An image of a request, or of what was said before it.
#[derive(Debug, Clone)]
pub struct GivenImage {
    bytes: Bytes,
    facts: ImageFacts,
    hash: [u8; 32],
    /// As it is kept here, where it was before.
    kept: Option<Attachment>,
}

/// Two are the same by their bytes, wherever they come from.
impl PartialEq for GivenImage {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for GivenImage {}

impl GivenImage {
    /// Reads `data:TYPE;base64,...`. Any other address is refused: nothing is fetched for a caller.
    pub fn of_url(field: &str, url: &str, limits: &Limits) -> Result<Self, ApiError> {
        let data = url.get(..5).filter(|start| start.eq_ignore_ascii_case("data:"));
        let Some((head, base64)) = data.and_then(|_| url[5..].split_once(',')) else {
            return Err(ApiError::field(
                field,
                FaultCode::NotSupported,
                "must be a data URL with the image in Base64; Quorum fetches nothing for a caller",
            ));
        };
        let mut parts = head.split(';');
        let media_type = parts.next().unwrap_or_default();
        if !parts.any(|part| part.trim().eq_ignore_ascii_case("base64")) {
            return Err(ApiError::field(
                field,
                FaultCode::WrongForm,
                "must hold the image in Base64",
            ));
        }
        Self::of_base64(field, media_type, base64, limits)
    }

    /// Reads an image of this declared type; what it is, its bytes say.
    pub fn of_base64(field: &str, media_type: &str, base64: &str, limits: &Limits) -> Result<Self, ApiError> {
        if limits.images_per_message == 0 {
            return Err(ApiError::limit(
                field,
                FaultCode::SwitchedOff,
                "images are switched off here",
                0,
            ));
        }
        check_declared(field, media_type)?;
        let most = limits.image_kilobytes.saturating_mul(1024);
        // Before it is unpacked: four letters stand for three bytes.
        if base64.len() / 4 * 3 > most.saturating_add(3) {
            return Err(too_large(field, limits));
        }
        let bytes = BASE64
            .decode(base64)
            .map_err(|_| ApiError::field(field, FaultCode::WrongForm, "is not Base64"))?;
        if bytes.len() > most {
            return Err(too_large(field, limits));
        }
        let facts = examine(field, &bytes)?;
        Ok(Self::new(bytes.into(), facts, None))
    }

    /// Reads an image that is kept here.
    pub async fn kept(session: &mut Session, attachment: Attachment) -> Result<Self, ApiError> {
        let bytes = session.attachment_content(attachment.id).await?;
        let facts = ImageFacts {
            media_type: attachment.media_type,
            width: attachment.width,
            height: attachment.height,
        };
        Ok(Self::new(bytes.into(), facts, Some(attachment)))
    }

    fn new(bytes: Bytes, facts: ImageFacts, kept: Option<Attachment>) -> Self {
        let hash = Sha256::digest(&bytes).into();
        Self {
            bytes,
            facts,
            hash,
            kept,
        }
    }

    /// SHA-256 of the bytes.
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Estimated tokens.
    pub fn tokens(&self) -> u64 {
        image_tokens(self.facts.width, self.facts.height)
    }

    /// Whether this is the image that is kept here.
    pub async fn is(&self, session: &mut Session, attachment: &Attachment) -> Result<bool, ApiError> {
        let alike = i64::try_from(self.bytes.len()).ok() == Some(attachment.bytes)
            && self.facts.media_type == attachment.media_type;
        Ok(alike && session.attachment_content(attachment.id).await? == self.bytes)
    }

    /// Keeps it for a user, under the limits of every image; one that is kept already stays one.
    pub async fn keep(&self, tx: &mut Tx, limits: &Limits, user: UserId, field: &str) -> Result<Attachment, ApiError> {
        match &self.kept {
            Some(attachment) => Ok(attachment.clone()),
            None => {
                let new = NewImage {
                    name: None,
                    bytes: &self.bytes,
                    facts: self.facts,
                };
                images::keep(tx, limits, user, field, new).await
            }
        }
    }
}

/// A type that no image of ours has is refused before anything is unpacked.
fn check_declared(field: &str, media_type: &str) -> Result<(), ApiError> {
    let declared = media_type.trim().to_ascii_lowercase();
    // A name that was never registered and is written all the same.
    if declared == "image/jpg" || declared.parse::<ImageType>().is_ok() {
        return Ok(());
    }
    Err(ApiError::field(
        field,
        FaultCode::NotAnImage,
        "must be image/png, image/jpeg, image/webp or image/gif",
    ))
}

fn too_large(field: &str, limits: &Limits) -> ApiError {
    ApiError::limit(
        field,
        FaultCode::TooManyKilobytes,
        format!(
            "is larger than the {} KB that an image may have",
            limits.image_kilobytes
        ),
        limits.image_kilobytes,
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The head of a PNG of one pixel, with something behind it.
    pub fn data_url(behind: &[u8]) -> String {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
        bytes.extend_from_slice(behind);
        format!("data:image/png;base64,{}", BASE64.encode(bytes))
    }

    fn code_of(url: &str) -> FaultCode {
        match GivenImage::of_url("here", url, &Limits::SMALL) {
            Err(ApiError::Validation(faults)) if faults[0].field == "here" => faults[0].code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_image_is_read_from_a_data_url_with_or_without_its_last_signs() {
        let url = data_url(b"a");
        let image = GivenImage::of_url("here", &url, &Limits::SMALL).unwrap();
        assert_eq!(image.tokens(), 1);
        let bare = url
            .trim_end_matches('=')
            .replace("data:image/png", "DATA:image/jpg;x=y");
        assert_eq!(GivenImage::of_url("here", &bare, &Limits::SMALL).unwrap(), image);
        assert_ne!(
            GivenImage::of_url("here", &data_url(b"b"), &Limits::SMALL).unwrap(),
            image
        );
    }

    #[test]
    fn what_is_elsewhere_no_image_or_too_large_is_refused_each_by_its_code() {
        assert_eq!(code_of("https://example.com/a.png"), FaultCode::NotSupported);
        assert_eq!(code_of("file:///etc/passwd"), FaultCode::NotSupported);
        assert_eq!(code_of("data:image/png,abc"), FaultCode::WrongForm);
        assert_eq!(code_of("data:image/png;base64,***"), FaultCode::WrongForm);
        assert_eq!(code_of("data:application/pdf;base64,AAAA"), FaultCode::NotAnImage);
        assert_eq!(code_of("data:image/png;base64,AAAA"), FaultCode::NotAnImage);
        assert_eq!(code_of(&data_url(&[0; 1_024])), FaultCode::TooManyKilobytes);
        let off = Limits {
            images_per_message: 0,
            ..Limits::SMALL
        };
        assert!(GivenImage::of_url("here", &data_url(b"a"), &off).is_err());
    }
}
