//! What a message of a request says: a text, or parts of text and images.

use serde_json::Value;

use crate::{ApiError, FaultCode, council::given_image::GivenImage, state::Limits};

/// How a format writes a part that is an image.
#[derive(Debug, Clone, Copy)]
pub enum ImageParts {
    /// OpenAI's Chat Completions: `{"type": "image_url", "image_url": {"url": ...}}`.
    Chat,
    /// OpenAI's Responses: `{"type": "input_image", "image_url": ...}`.
    Responses,
    /// Anthropic's Messages: `{"type": "image", "source": {"type": "base64", ...}}`.
    Messages,
}

/// A text with the images that came with it.
#[derive(Debug, Default)]
pub struct Content {
    /// The texts of all parts, each on lines of its own.
    pub text: String,
    /// The images, in their order.
    pub images: Vec<GivenImage>,
}

impl ImageParts {
    const fn kind(self) -> &'static str {
        match self {
            Self::Chat => "image_url",
            Self::Responses => "input_image",
            Self::Messages => "image",
        }
    }

    fn read(self, field: &str, part: &Value, limits: &Limits) -> Result<GivenImage, ApiError> {
        match self {
            Self::Chat => {
                let url = &part["image_url"];
                let url = url.as_str().or(url["url"].as_str()).unwrap_or_default();
                GivenImage::of_url(&format!("{field}.image_url.url"), url, limits)
            }
            Self::Responses => {
                let url = part["image_url"].as_str().unwrap_or_default();
                GivenImage::of_url(&format!("{field}.image_url"), url, limits)
            }
            Self::Messages => {
                let source = &part["source"];
                if source["type"].as_str() != Some("base64") {
                    return Err(ApiError::field(
                        &format!("{field}.source.type"),
                        FaultCode::NotSupported,
                        "must be base64; Quorum fetches nothing for a caller and keeps no files for one",
                    ));
                }
                let media_type = source["media_type"].as_str().unwrap_or_default();
                let data = source["data"].as_str().unwrap_or_default();
                GivenImage::of_base64(&format!("{field}.source.data"), media_type, data, limits)
            }
        }
    }
}

/// The text of a message that can have no images: a string, or parts of which each has text. What
/// else a part can be is refused by its place.
pub fn text_of(field: &str, content: &Value, text_kinds: &[&str]) -> Result<String, ApiError> {
    let content = read(field, content, text_kinds, None)?;
    Ok(content.text)
}

/// The text and the images of a message of the user's.
pub fn content_of(
    field: &str,
    content: &Value,
    text_kinds: &[&str],
    images: ImageParts,
    limits: &Limits,
) -> Result<Content, ApiError> {
    let content = read(field, content, text_kinds, Some((images, limits)))?;
    let most = limits.images_per_message;
    if content.images.len() > most {
        let message = format!("has {} images; at most {most} are allowed", content.images.len());
        return Err(ApiError::limit(field, FaultCode::TooMany, message, most));
    }
    Ok(content)
}

fn read(
    field: &str,
    content: &Value,
    text_kinds: &[&str],
    images: Option<(ImageParts, &Limits)>,
) -> Result<Content, ApiError> {
    let parts = match content {
        Value::Null => return Ok(Content::default()),
        Value::String(text) => {
            return Ok(Content {
                text: text.clone(),
                images: Vec::new(),
            });
        }
        Value::Array(parts) => parts,
        _ => {
            return Err(ApiError::field(
                field,
                FaultCode::WrongForm,
                "must be a text or a list of parts",
            ));
        }
    };
    let (mut texts, mut found) = (Vec::new(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let place = format!("{field}[{at}]");
        let kind = part["type"].as_str().unwrap_or_default();
        let text = part["text"].as_str().or(part["refusal"].as_str());
        match (text, images) {
            (Some(text), _) if text_kinds.contains(&kind) => texts.push(text),
            (_, Some((images, limits))) if kind == images.kind() => found.push(images.read(&place, part, limits)?),
            _ => {
                return Err(no_such_part(
                    &place,
                    text_kinds,
                    images.map(|(images, _)| images.kind()),
                ));
            }
        }
    }
    Ok(Content {
        text: texts.join("\n"),
        images: found,
    })
}

fn no_such_part(place: &str, text_kinds: &[&str], image_kind: Option<&str>) -> ApiError {
    let kinds: Vec<&str> = text_kinds.iter().copied().chain(image_kind).collect();
    ApiError::field(
        &format!("{place}.type"),
        FaultCode::NotSupported,
        format!("must be {}; other parts are not supported", kinds.join(" or ")),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A GIF of one pixel.
    const DOT: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    fn refused_at<T>(read: Result<T, ApiError>) -> String {
        match read {
            Err(ApiError::Validation(faults)) => faults[0].field.clone(),
            _ => panic!("it was taken"),
        }
    }

    #[test]
    fn parts_are_one_text_and_an_image_where_there_can_be_none_is_refused_by_its_place() {
        let parts = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]);
        assert_eq!(text_of("messages[0].content", &parts, &["text"]).unwrap(), "a\nb");
        let image = json!([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:"}}]);
        let read = text_of("messages[0].content", &image, &["text"]);
        assert_eq!(refused_at(read), "messages[0].content[1].type");
    }

    #[test]
    fn every_format_has_its_own_way_to_give_an_image() {
        let url = format!("data:image/gif;base64,{DOT}");
        let one = Limits {
            images_per_message: 1,
            ..Limits::SMALL
        };
        for (images, part) in [
            (
                ImageParts::Chat,
                json!({"type": "image_url", "image_url": {"url": url, "detail": "low"}}),
            ),
            (ImageParts::Responses, json!({"type": "input_image", "image_url": url})),
            (
                ImageParts::Messages,
                json!({"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": DOT}}),
            ),
        ] {
            let content = json!([{"type": "text", "text": "What is it?"}, part]);
            let read = content_of("content", &content, &["text"], images, &one).unwrap();
            assert_eq!((read.text.as_str(), read.images.len()), ("What is it?", 1));
            let two = json!([part, part]);
            let read = content_of("content", &two, &["text"], images, &one);
            assert_eq!(refused_at(read), "content");
        }
    }

    #[test]
    fn an_address_elsewhere_and_a_file_kept_elsewhere_are_refused_by_name() {
        let there = "https://example.com/a.png";
        for (images, part, field) in [
            (
                ImageParts::Chat,
                json!({"type": "image_url", "image_url": {"url": there}}),
                "content[0].image_url.url",
            ),
            (
                ImageParts::Responses,
                json!({"type": "input_image", "file_id": "file-1"}),
                "content[0].image_url",
            ),
            (
                ImageParts::Messages,
                json!({"type": "image", "source": {"type": "url", "url": there}}),
                "content[0].source.type",
            ),
        ] {
            let read = content_of("content", &json!([part]), &["text"], images, &Limits::SMALL);
            assert_eq!(refused_at(read), field);
        }
    }
}
