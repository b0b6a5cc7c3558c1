//! Sources as each format names them. What stands in them is cleaned where it is kept.

use quorum_domain::{Citations, citation::Named};
use serde_json::Value;

fn string(json: &Value, pointer: &str) -> Option<String> {
    json.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// An annotation of OpenAI: flat in Responses, under `url_citation` in Chat Completions.
pub fn annotation(json: &Value, citations: &mut Citations) {
    let said = json.get("url_citation").unwrap_or(json);
    citations.add(Named {
        url: string(said, "/url"),
        title: string(said, "/title").or_else(|| string(said, "/filename")),
        // Some services put there what the page says.
        quote: string(said, "/content"),
    });
}

/// All annotations of a message or a part of one.
pub fn annotations(json: &Value, citations: &mut Citations) {
    list(json).iter().for_each(|one| annotation(one, citations));
}

/// The lists that Perplexity, xAI and their like put beside the choices of every chunk.
pub fn beside_choices(json: &Value, citations: &mut Citations) {
    for source in list(&json["citations"]) {
        citations.add(Named {
            url: source.as_str().map(str::to_owned).or_else(|| string(source, "/url")),
            title: string(source, "/title"),
            quote: None,
        });
    }
    for found in list(&json["search_results"]) {
        citations.add(Named {
            url: string(found, "/url"),
            title: string(found, "/title"),
            quote: string(found, "/snippet"),
        });
    }
}

/// A citation of Anthropic: a page of the web, or a place in a document that came with the question.
pub fn of_anthropic(json: &Value, citations: &mut Citations) {
    citations.add(Named {
        url: string(json, "/url").or_else(|| string(json, "/source")),
        title: string(json, "/title").or_else(|| string(json, "/document_title")),
        quote: string(json, "/cited_text"),
    });
}

/// What Gemini rests an answer on.
pub fn grounding(json: &Value, citations: &mut Citations) {
    for chunk in list(&json["groundingChunks"]) {
        let source = chunk
            .get("web")
            .or_else(|| chunk.get("retrievedContext"))
            .unwrap_or(&Value::Null);
        citations.add(Named {
            url: string(source, "/uri"),
            title: string(source, "/title"),
            quote: string(source, "/text"),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn titles(read: impl FnOnce(&mut Citations)) -> Vec<String> {
        let mut citations = Citations::default();
        read(&mut citations);
        let said = citations.into_vec().into_iter();
        said.map(|one| format!("{} {}", one.url.unwrap_or_default(), one.title.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn sources_are_read_as_every_service_names_them() {
        let nested = json!([{"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A"}}]);
        assert_eq!(titles(|kept| annotations(&nested, kept)), ["https://a.example A"]);
        let flat = json!({"type": "url_citation", "url": "https://b.example", "title": "B", "start_index": 1});
        assert_eq!(titles(|kept| annotation(&flat, kept)), ["https://b.example B"]);
        let lists = json!({"citations": ["https://c.example", 7], "search_results": [{"url": "https://c.example", "title": "C"}]});
        assert_eq!(titles(|kept| beside_choices(&lists, kept)), ["https://c.example C"]);
        let page = json!({"type": "char_location", "document_title": "D", "cited_text": "so"});
        assert_eq!(titles(|kept| of_anthropic(&page, kept)), [" D"]);
        let ground = json!({"groundingChunks": [{"web": {"uri": "https://e.example", "title": "E"}}, {"maps": {}}]});
        assert_eq!(titles(|kept| grounding(&ground, kept)), ["https://e.example E"]);
    }

    #[test]
    fn sources_of_any_other_form_are_passed_over() {
        for odd in [
            json!(null),
            json!("x"),
            json!([1, null]),
            json!({"citations": {"url": 1}, "search_results": 2, "groundingChunks": [null]}),
        ] {
            let mut citations = Citations::default();
            annotations(&odd, &mut citations);
            beside_choices(&odd, &mut citations);
            of_anthropic(&odd, &mut citations);
            grounding(&odd, &mut citations);
            assert!(citations.into_vec().is_empty(), "{odd}");
        }
    }
}
