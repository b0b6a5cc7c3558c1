//! An image that goes along with a message.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ids::AttachmentId, named_enum};

named_enum! {
    /// The kinds of image that every provider with vision reads.
    pub enum ImageType {
        /// PNG.
        Png => "image/png",
        /// JPEG.
        Jpeg => "image/jpeg",
        /// WebP.
        WebP => "image/webp",
        /// GIF; providers look at its first frame.
        Gif => "image/gif",
    }
}

impl ImageType {
    /// The ending of a file of this kind.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }
}

/// Longest name that is kept, in characters.
pub const NAME_CHARS: usize = 120;
/// Most pixels of an image on one side.
pub const LONGEST_SIDE: u32 = 8_000;
/// Most pixels of an image in all: what a small file may unpack to is bounded.
pub const MOST_PIXELS: u64 = 40_000_000;

/// An image, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it is called; for people only.
    pub name: String,
    /// What it is, by its bytes.
    pub media_type: ImageType,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Size of the file.
    pub bytes: i64,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// Providers shrink an image so that its longer side has at most this many pixels.
const READ_SIDE: u64 = 1_568;
/// Pixels of an image that come to one token.
const PIXELS_PER_TOKEN: u64 = 750;

impl Attachment {
    /// Where it lies in what its user takes out.
    pub fn file_name(&self) -> String {
        format!("images/{}.{}", self.id, self.media_type.ending())
    }

    /// Estimated tokens: one for 750 pixels after shrinking the longer side to 1,568 (Anthropic,
    /// "Vision"); the other providers' ways of counting come to the same order.
    pub fn tokens(&self) -> u64 {
        image_tokens(self.width, self.height)
    }
}

/// The same of an image with sides of so many pixels.
pub fn image_tokens(width: u32, height: u32) -> u64 {
    let (width, height) = (u64::from(width), u64::from(height));
    let longer = width.max(height).max(1);
    let shrunk = |side: u64| {
        if longer > READ_SIDE {
            side * READ_SIDE / longer
        } else {
            side
        }
    };
    (shrunk(width) * shrunk(height)).div_ceil(PIXELS_PER_TOKEN).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: u32, height: u32) -> Attachment {
        Attachment {
            id: AttachmentId::new(),
            name: "a.png".into(),
            media_type: ImageType::Png,
            width,
            height,
            bytes: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn tokens_grow_with_the_pixels_up_to_what_a_provider_reads() {
        assert_eq!(image(1, 1).tokens(), 1);
        assert_eq!(image(750, 100).tokens(), 100);
        assert_eq!(image(1_568, 1_568).tokens(), image(8_000, 8_000).tokens());
    }
}
