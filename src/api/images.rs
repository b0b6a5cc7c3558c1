//! What an uploaded file is, by its bytes: never by its name or by what the client calls it. Only
//! the head is read; nothing is unpacked here.

use imagesize::{ImageType as Found, blob_size, image_type};
use quorum_domain::{
    Attachment, ImageType,
    attachment::{LONGEST_SIDE, MOST_PIXELS, NAME_CHARS},
    ids::{AttachmentId, UserId},
};
use quorum_store::Tx;

use crate::{ApiError, FaultCode, state::Limits};

/// Kind and size of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageFacts {
    pub media_type: ImageType,
    pub width: u32,
    pub height: u32,
}

/// Reads kind and size; refuses what is no image of a kind that providers read, and one that
/// unpacks to more pixels than is sensible, in the name of this field.
pub fn examine(field: &str, bytes: &[u8]) -> Result<ImageFacts, ApiError> {
    let no_image = || ApiError::field(field, FaultCode::NotAnImage, "must be a PNG, JPEG, WebP or GIF image");
    let media_type = match image_type(bytes) {
        Ok(Found::Png) => ImageType::Png,
        Ok(Found::Jpeg) => ImageType::Jpeg,
        Ok(Found::Webp) => ImageType::WebP,
        Ok(Found::Gif) => ImageType::Gif,
        _ => return Err(no_image()),
    };
    let size = blob_size(bytes).map_err(|_| no_image())?;
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let (width, height) = (side(size.width), side(size.height));
    if width == 0 || height == 0 {
        return Err(no_image());
    }
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(ApiError::limit(
            field,
            FaultCode::SideTooLong,
            format!("has {width} × {height} pixels; at most {LONGEST_SIDE} are allowed on a side"),
            usize::try_from(LONGEST_SIDE).unwrap_or(usize::MAX),
        ));
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ApiError::limit(
            field,
            FaultCode::TooManyPixels,
            format!("has {width} × {height} pixels; at most {MOST_PIXELS} are allowed in all"),
            usize::try_from(MOST_PIXELS).unwrap_or(usize::MAX),
        ));
    }
    Ok(ImageFacts {
        media_type,
        width,
        height,
    })
}

/// An image to keep.
pub struct NewImage<'a> {
    /// What its user calls it.
    pub name: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What they are.
    pub facts: ImageFacts,
}

/// Keeps an image for a user, by whatever way it came, unless there is no room for it.
pub async fn keep(
    tx: &mut Tx,
    limits: &Limits,
    user: UserId,
    field: &str,
    new: NewImage<'_>,
) -> Result<Attachment, ApiError> {
    let size = i64::try_from(new.bytes.len()).unwrap_or(i64::MAX);
    let most = limits.image_megabytes_per_user.saturating_mul(1024 * 1024);
    if tx.attachment_bytes_of(user).await?.saturating_add(size) > i64::try_from(most).unwrap_or(i64::MAX) {
        return Err(ApiError::limit(
            field,
            FaultCode::NoRoom,
            format!(
                "your images would take more than {} MB; delete conversations with images first",
                limits.image_megabytes_per_user
            ),
            limits.image_megabytes_per_user,
        ));
    }
    let attachment = Attachment {
        id: AttachmentId::new(),
        name: shown_name(new.name, new.facts.media_type),
        media_type: new.facts.media_type,
        width: new.facts.width,
        height: new.facts.height,
        bytes: size,
        created_at: tx.now(),
    };
    tx.keep_attachment(user, &attachment, new.bytes).await?;
    Ok(attachment)
}

/// A name that can be shown and put into a header: the last part of a path, without control
/// characters and without characters that mean something in a file's name.
pub fn shown_name(name: Option<&str>, media_type: ImageType) -> String {
    let last = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_direction_mark(*c) && !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*'))
        .take(NAME_CHARS)
        .collect();
    match plain.trim() {
        "" => format!("image.{}", media_type.ending()),
        name => name.to_owned(),
    }
}

/// Marks that turn the order of the text after them, so that a name reads as another.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG that says it has this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    #[test]
    fn an_image_is_known_by_its_bytes() {
        let facts = examine("image", &png(640, 480)).unwrap();
        assert_eq!(
            (facts.media_type, facts.width, facts.height),
            (ImageType::Png, 640, 480)
        );
        for no_image in [
            &b""[..],
            b"GIF",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"BM\0\0\0\0",
        ] {
            assert!(examine("image", no_image).is_err(), "{no_image:?}");
        }
    }

    #[test]
    fn a_small_file_that_says_it_is_huge_is_refused() {
        assert!(examine("image", &png(8_001, 10)).is_err());
        assert!(examine("image", &png(7_000, 7_000)).is_err());
        assert!(examine("image", &png(0, 10)).is_err());
    }

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        let shown = |name| shown_name(Some(name), ImageType::Png);
        assert_eq!(shown("../../etc/passwd"), "passwd");
        assert_eq!(shown("C:\\a\\b.png"), "b.png");
        assert_eq!(shown("a\u{202E}gnp.exe\r\n\"x"), "agnp.exex");
        assert_eq!(shown("  "), "image.png");
        assert_eq!(shown(&"n".repeat(500)).len(), NAME_CHARS);
    }
}
