//! Sign-in by an account elsewhere, against a small issuer of this test's own.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{TestApp, TestUser},
    issuer::{Browser, Issuer, START, app_with},
};

const FAILED: &str = "/sign-in?oidc=failed";

#[tokio::test]
async fn an_account_elsewhere_signs_in_whom_it_is_linked_to_and_leads_back_to_the_place() {
    let issuer = Issuer::start().await;
    let app = app_with(&issuer, &[]).await;
    let mut ada = app.admin().await;
    assert_eq!(TestUser::new(&app.origin).get("/instance").await["oidc"], "Example");
    let mut browser = Browser::new(&app);
    let back = browser.there(&issuer, &format!("{START}?next=/settings/keys")).await;
    assert_eq!(browser.open(&back).await, "/settings/keys");
    assert_eq!(browser.user().get("/auth/me").await["user"]["email"], "ada@example.com");
    // From now on the link counts, not the address.
    issuer.now_says(json!({"email": "someone@else.example"}));
    assert_eq!(Browser::new(&app).sign_in(&issuer).await, "/");
    let audit = ada.get("/admin/audit?action=identity_linked").await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    let exchanges = issuer.exchanges.lock().unwrap().clone();
    let expected = format!("Basic {}", STANDARD.encode("quorum:canary-client-secret"));
    assert!(
        exchanges
            .iter()
            .all(|(authorization, form)| *authorization == expected && !form.contains_key("client_secret"))
    );
}

#[tokio::test]
async fn who_has_no_account_gets_one_only_where_that_is_allowed() {
    let issuer = Issuer::start().await;
    issuer.now_says(json!({"email": "New@Example.com", "name": "New"}));
    let closed = app_with(&issuer, &[]).await;
    closed.admin().await;
    assert_eq!(Browser::new(&closed).sign_in(&issuer).await, "/sign-in?oidc=no_account");
    let open = app_with(&issuer, &[("QUORUM__OIDC__CREATE_ACCOUNTS", "true")]).await;
    assert_eq!(
        Browser::new(&open).sign_in(&issuer).await,
        "/sign-in?oidc=no_account",
        "the first account is an admin's"
    );
    let mut ada = open.admin().await;
    let mut browser = Browser::new(&open);
    assert_eq!(browser.sign_in(&issuer).await, "/");
    let me = browser.user().get("/auth/me").await;
    assert_eq!(
        (&me["user"]["email"], &me["user"]["role"]),
        (&json!("new@example.com"), &json!("user"))
    );
    let wrong = Some(json!({"email": "new@example.com", "password": ""}));
    let (status, _) = TestUser::new(&open.origin)
        .send(Method::POST, "/auth/login", wrong)
        .await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "an account without a password has none to guess"
    );
    let path = format!("/admin/users/{}", me["user"]["id"].as_str().unwrap());
    ada.send(Method::PATCH, &path, Some(json!({"active": false}))).await;
    assert_eq!(Browser::new(&open).sign_in(&issuer).await, "/sign-in?oidc=disabled");
}

#[tokio::test]
async fn an_address_that_the_issuer_did_not_check_opens_nobodys_account() {
    let issuer = Issuer::start().await;
    let app = app_with(&issuer, &[("QUORUM__OIDC__CREATE_ACCOUNTS", "true")]).await;
    app.admin().await;
    for verified in [json!(false), json!(null)] {
        issuer.now_says(json!({"email_verified": verified}));
        let place = Browser::new(&app).sign_in(&issuer).await;
        assert!(place.starts_with("/sign-in?oidc="), "{place}");
    }
}

#[tokio::test]
async fn id_tokens_of_others_for_others_or_out_of_time_are_not_believed() {
    let issuer = Issuer::start().await;
    let app = app_with(&issuer, &[]).await;
    app.admin().await;
    let good = issuer.plan.lock().unwrap().claims.clone();
    for claims in [
        json!({"iss": "https://evil.example"}),
        json!({"aud": "another"}),
        json!({"aud": ["quorum", "another"], "azp": "another"}),
        json!({"exp": 1}),
        json!({"exp": "9999999999"}),
        json!({"iat": 9_999_999_999_i64}),
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"sub": ""}),
    ] {
        issuer.plan.lock().unwrap().claims = good.clone();
        issuer.now_says(claims.clone());
        assert_eq!(Browser::new(&app).sign_in(&issuer).await, FAILED, "{claims}");
    }
    issuer.plan.lock().unwrap().claims = good;
    for (header, other_key) in [
        (json!({"alg": "none", "kid": "one"}), false),
        (json!({"alg": "HS256", "kid": "one"}), false),
        (json!({"alg": "RS256", "kid": "one"}), false),
        (json!({"alg": "ES256", "kid": "two"}), false),
        (json!({"alg": "ES256", "kid": "one"}), true),
    ] {
        issuer.signs(header.clone(), other_key);
        assert_eq!(Browser::new(&app).sign_in(&issuer).await, FAILED, "{header}");
    }
    issuer.signs(json!({"alg": "ES256", "kid": "one"}), false);
    assert_eq!(Browser::new(&app).sign_in(&issuer).await, "/");
}

#[tokio::test]
async fn only_the_browser_that_began_comes_back_and_only_once() {
    let issuer = Issuer::start().await;
    let app = app_with(&issuer, &[]).await;
    app.admin().await;
    let mut victim = Browser::new(&app);
    let of_attacker = Browser::new(&app).there(&issuer, START).await;
    assert_eq!(
        victim.open(&of_attacker).await,
        FAILED,
        "signed in to an account of somebody else's choosing"
    );
    let mut browser = Browser::new(&app);
    let back = browser.there(&issuer, START).await;
    let before = browser.cookies.clone();
    assert_eq!(
        browser.open(&format!("{back}&iss=https%3A%2F%2Fevil.example")).await,
        FAILED
    );
    browser.cookies = before.clone();
    assert_eq!(browser.open(&back).await, "/");
    browser.cookies = before;
    assert_eq!(browser.open(&back).await, FAILED, "a second time");
    for path in ["?", "?state=&code=x", "?state=made-up&code=x", "?error=access_denied"] {
        assert_eq!(
            Browser::new(&app)
                .open(&format!("/api/v1/auth/oidc/callback{path}"))
                .await,
            FAILED
        );
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_site_and_an_issuer_that_is_away_harms_nothing() {
    let issuer = Issuer::start().await;
    let app = app_with(&issuer, &[]).await;
    app.admin().await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "",
    ] {
        let mut browser = Browser::new(&app);
        let back = browser.there(&issuer, &format!("{START}?next={next}")).await;
        assert_eq!(browser.open(&back).await, "/", "{next}");
    }
    let away = app_with(
        &issuer,
        &[
            ("QUORUM__OIDC__ISSUER", "http://127.0.0.1:1"),
            ("QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS", "[\"127.0.0.1:1\"]"),
        ],
    )
    .await;
    assert_eq!(Browser::new(&away).open(START).await, FAILED);
    let none = TestApp::start().await;
    let (status, _) = TestUser::new(&none.origin)
        .send(Method::GET, "/auth/oidc/start", None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
