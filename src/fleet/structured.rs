//! The form that a request asks its reply to have: where each wire format puts it, and what providers
//! refuse in it.

use serde_json::Value;

/// Where a request carries a JSON schema, in the words of its format, and the schema.
pub fn schema_in(body: &Value) -> Option<(&'static str, &Value)> {
    let places = [
        ("output_config.format", &body["output_config"]["format"]["schema"]),
        ("response_format", &body["response_format"]["json_schema"]["schema"]),
        ("text.format", &body["text"]["format"]["schema"]),
        (
            "generationConfig.responseJsonSchema",
            &body["generationConfig"]["responseJsonSchema"],
        ),
    ];
    places.into_iter().find(|(_, schema)| schema.is_object())
}

/// What is wrong with a schema for a strict mode: every object closed, every property required.
pub fn fault_in(schema: &Value) -> Option<String> {
    if let Some(properties) = schema["properties"].as_object() {
        if schema["additionalProperties"] != Value::Bool(false) {
            return Some("'additionalProperties' is required to be supplied and to be false".into());
        }
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        if let Some(missing) = properties.keys().find(|name| !required.contains(&name.as_str())) {
            return Some(format!(
                "'required' is required to include every key. Missing '{missing}'"
            ));
        }
        return properties.values().find_map(fault_in);
    }
    schema.get("items").and_then(fault_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_is_found_where_each_format_puts_it() {
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {}, "required": []});
        for (body, place) in [
            (
                json!({"output_config": {"format": {"schema": schema}}}),
                "output_config.format",
            ),
            (
                json!({"response_format": {"json_schema": {"schema": schema}}}),
                "response_format",
            ),
            (json!({"text": {"format": {"schema": schema}}}), "text.format"),
            (
                json!({"generationConfig": {"responseJsonSchema": schema}}),
                "generationConfig.responseJsonSchema",
            ),
        ] {
            assert_eq!(schema_in(&body), Some((place, &schema)));
        }
        assert_eq!(schema_in(&json!({"text": {"format": {"type": "text"}}})), None);
    }

    #[test]
    fn an_open_object_is_refused_at_any_depth() {
        let open = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
        let outer = json!({"type": "object", "additionalProperties": false, "required": ["list"],
                           "properties": {"list": {"type": "array", "items": open}}});
        assert!(fault_in(&outer).is_some_and(|fault| fault.contains("additionalProperties")));
        let optional = json!({"type": "object", "additionalProperties": false, "required": [],
                              "properties": {"a": {"type": "string"}}});
        assert!(fault_in(&optional).is_some_and(|fault| fault.contains("'a'")));
    }
}
