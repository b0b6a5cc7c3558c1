use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration};
use serde_json::{Value, json};

use super::*;

fn now() -> Timestamp {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn tokens(byte: &str) -> AccessTokens {
    AccessTokens::new(Vault::from_text(&byte.repeat(32)).unwrap())
}

fn sign_with(keys: &crate::master_keys::MasterKeys, message: &str) -> String {
    let secret = EncodingKey::from_secret(secret_of(keys.newest()).as_slice());
    jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap()
}

fn issued() -> (AccessTokens, UserId, SessionId, String) {
    let (tokens, user, session) = (tokens("2a"), UserId::new(), SessionId::new());
    let token = tokens
        .issue(user, session, now(), now() + Duration::minutes(15))
        .unwrap();
    (tokens, user, session, token)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn parts(token: &str) -> (Value, Value, String) {
    let parts: Vec<&str> = token.split('.').collect();
    let json = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    (json(parts[0]), json(parts[1]), parts[2].to_owned())
}

/// A token with changed header and claims, signed with the right key.
fn signed(tokens: &AccessTokens, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = sign_with(&tokens.vault.master_keys(), &message);
    format!("{message}.{signature}")
}

#[test]
fn a_token_names_its_user_and_sign_in_until_it_ends() {
    let (tokens, user, session, token) = issued();
    assert_eq!(tokens.check(&token, now()), Some((user, session)));
    assert_eq!(
        tokens.check(&token, now() + Duration::seconds(899)),
        Some((user, session))
    );
    assert_eq!(tokens.check(&token, now() + Duration::seconds(900)), None);
}

#[test]
fn a_token_of_another_master_key_is_refused() {
    let (_, _, _, token) = issued();
    assert_eq!(tokens("2b").check(&token, now()), None);
}

#[test]
fn no_algorithm_but_ours_is_believed() {
    let (tokens, _, _, token) = issued();
    let (header, claims, signature) = parts(&token);
    for algorithm in [
        "none", "None", "NONE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA",
    ] {
        let mut changed = header.clone();
        changed["alg"] = json!(algorithm);
        for signature in ["", signature.as_str()] {
            let forged = format!("{}.{}.{signature}", part(&changed), part(&claims));
            assert_eq!(tokens.check(&forged, now()), None, "{algorithm}");
        }
        assert_eq!(
            tokens.check(&signed(&tokens, &changed, &claims), now()),
            None,
            "{algorithm}"
        );
    }
}

#[test]
fn the_kid_names_our_key_and_no_path_address_or_key_of_the_callers() {
    let (tokens, _, _, token) = issued();
    let (header, claims, _) = parts(&token);
    assert!(tokens.check(&signed(&tokens, &header, &claims), now()).is_some());
    for kid in [
        json!("../../../dev/null"),
        json!("/etc/passwd"),
        json!("' OR 1=1 --"),
        json!(""),
        Value::Null,
    ] {
        let mut changed = header.clone();
        changed["kid"] = kid;
        assert_eq!(tokens.check(&signed(&tokens, &changed, &claims), now()), None);
    }
    // A key that the token brings along, or an address to fetch one from, changes nothing.
    let own_secret = b"a secret of the attacker's own choosing";
    let forged_header = json!({"alg": "HS256", "typ": "at+jwt", "kid": header["kid"],
        "jwk": {"kty": "oct", "k": URL_SAFE_NO_PAD.encode(own_secret)}, "jku": "https://evil.example/keys"});
    let message = format!("{}.{}", part(&forged_header), part(&claims));
    let signature = jsonwebtoken::crypto::sign(
        message.as_bytes(),
        &EncodingKey::from_secret(own_secret),
        Algorithm::HS256,
    )
    .unwrap();
    assert_eq!(tokens.check(&format!("{message}.{signature}"), now()), None);
}

#[test]
fn claims_that_are_missing_of_others_or_of_another_kind_are_refused() {
    let (tokens, _, _, token) = issued();
    let (header, claims, _) = parts(&token);
    for (name, value) in [
        ("iss", json!("another")),
        ("aud", json!("another")),
        ("aud", json!(["quorum-api", "another"])),
        ("exp", json!("9999999999")),
        ("exp", Value::Null),
        ("exp", json!(0)),
        ("sub", json!("nobody")),
        ("sid", Value::Null),
        ("role", json!("admin")),
    ] {
        let mut changed = claims.clone();
        changed[name] = value;
        assert_eq!(tokens.check(&signed(&tokens, &header, &changed), now()), None, "{name}");
    }
    for name in ["iss", "aud", "exp", "sub", "sid"] {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().remove(name);
        assert_eq!(tokens.check(&signed(&tokens, &header, &changed), now()), None, "{name}");
    }
    let mut other_kind = header;
    other_kind["typ"] = json!("JWT");
    assert_eq!(tokens.check(&signed(&tokens, &other_kind, &claims), now()), None);
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let (tokens, _, _, token) = issued();
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'Q' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(tokens.check(&changed, now()), None, "byte {place}");
    }
    for broken in [
        "",
        ".",
        "..",
        "...",
        &token[..token.len() - 1],
        &format!("{token}.x"),
        &format!(" {token}"),
    ] {
        assert_eq!(tokens.check(broken, now()), None, "{broken}");
    }
}
