//! Sealed texts open where they belong and nowhere else.

use super::*;
use proptest::prelude::*;
use quorum_domain::{
    ServiceType,
    ids::{ApiKeyId, UserId},
};

const TYPES: [ServiceType; 2] = [ServiceType::OpenAi, ServiceType::Gemini];

fn vault() -> Vault {
    Vault::new(MasterKey::from_text(&"07".repeat(32)).unwrap())
}

fn other_vault() -> Vault {
    Vault::new(MasterKey::from_text(&"08".repeat(32)).unwrap())
}

fn binding() -> KeyBinding {
    KeyBinding {
        id: ApiKeyId::new(),
        owner: Some(UserId::new()),
        service_type: ServiceType::OpenAi,
        origin: "https://api.example.com".into(),
    }
}

fn any_binding() -> impl Strategy<Value = KeyBinding> {
    (any::<bool>(), 0..TYPES.len(), "[a-z:/.]{0,40}").prop_map(|(owned, at, origin)| KeyBinding {
        id: ApiKeyId::new(),
        owner: owned.then(UserId::new),
        service_type: TYPES[at],
        origin,
    })
}

/// The binding with one of its parts changed, each in turn.
fn moved(binding: &KeyBinding) -> Vec<KeyBinding> {
    let change = |change: fn(&mut KeyBinding)| {
        let mut moved = binding.clone();
        change(&mut moved);
        moved
    };
    vec![
        change(|moved| moved.id = ApiKeyId::new()),
        change(|moved| moved.owner = Some(UserId::new())),
        change(|moved| moved.owner = moved.owner.is_none().then(UserId::new)),
        change(|moved| {
            moved.service_type = if moved.service_type == TYPES[0] {
                TYPES[1]
            } else {
                TYPES[0]
            }
        }),
        change(|moved| moved.origin.push('.')),
        change(|moved| moved.origin.insert(0, 'x')),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_secret_opens_under_its_own_binding(secret in ".{0,200}", binding in any_binding()) {
        let sealed = vault().seal(&binding, &secret.as_str().into()).unwrap();
        let opened = vault().open(&binding, &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret);
    }

    #[test]
    fn a_key_moved_to_another_row_owner_type_or_origin_does_not_open(binding in any_binding()) {
        let sealed = vault().seal(&binding, &"secret".into()).unwrap();
        for elsewhere in moved(&binding) {
            prop_assert!(matches!(vault().open(&elsewhere, &sealed), Err(VaultError::DoesNotOpen)));
        }
    }

    #[test]
    fn no_two_bindings_are_the_same_bytes(one in any_binding(), two in any_binding()) {
        prop_assert_eq!(authenticated(&one) == authenticated(&two), one == two);
    }

    #[test]
    fn a_changed_character_does_not_open(at in any::<prop::sample::Index>(), other in "[A-Za-z0-9:_=-]") {
        let (vault, binding) = (vault(), binding());
        let sealed = vault.seal(&binding, &"sk-test-1234".into()).unwrap();
        let at = at.index(sealed.0.len());
        let mut changed = sealed.0.clone();
        changed.replace_range(at..=at, &other);
        prop_assume!(changed != sealed.0);
        prop_assert!(vault.open(&binding, &changed.into()).is_err());
    }

    #[test]
    fn any_other_text_is_refused_without_harm(text in ".{0,120}", parts in prop::collection::vec("[A-Za-z0-9_-]{0,30}", 0..8)) {
        let refused = |text: String| vault().open(&binding(), &text.into()).is_err();
        prop_assert!(refused(text));
        prop_assert!(refused(parts.join(":")));
        let under_our_name = format!("v1:{}:{}", vault().newest_id(), parts.join(":"));
        prop_assert!(refused(under_our_name));
    }

    #[test]
    fn the_shown_end_is_never_more_than_a_quarter_nor_four_characters(secret in ".{0,60}") {
        let shown = last4(&secret.as_str().into());
        prop_assert!(secret.ends_with(&shown));
        prop_assert!(shown.chars().count() <= 4 && shown.chars().count() * 4 <= secret.chars().count());
    }
}

#[test]
fn the_parts_of_two_sealed_keys_cannot_be_mixed() {
    let (vault, binding) = (vault(), binding());
    let seal = |secret: &str| vault.seal(&binding, &secret.into()).unwrap().0;
    let (one, two) = (seal("first"), seal("second"));
    let (one, two): (Vec<&str>, Vec<&str>) = (one.split(':').collect(), two.split(':').collect());
    for at in 2..6 {
        let mut mixed = one.clone();
        mixed[at] = two[at];
        assert!(vault.open(&binding, &mixed.join(":").into()).is_err(), "part {at}");
    }
}

#[test]
fn the_same_key_sealed_twice_shares_no_part_but_version_and_master_key() {
    let (vault, binding) = (vault(), binding());
    let seal = || vault.seal(&binding, &"k".into()).unwrap().0;
    let (one, two) = (seal(), seal());
    let same: Vec<bool> = one.split(':').zip(two.split(':')).map(|(a, b)| a == b).collect();
    assert_eq!(same, [true, true, false, false, false, false]);
}

#[test]
fn another_master_key_is_noticed_and_named_as_such() {
    let check = vault().make_check().unwrap();
    assert!(vault().verify(&check).is_ok());
    assert!(matches!(other_vault().verify(&check), Err(VaultError::WrongMasterKey)));
    assert!(matches!(vault().verify("damaged"), Err(VaultError::WrongMasterKey)));
    let (binding, secret) = (binding(), "secret".into());
    let sealed = vault().seal(&binding, &secret).unwrap();
    assert!(matches!(
        other_vault().open(&binding, &sealed),
        Err(VaultError::WrongMasterKey)
    ));
}

#[test]
fn a_master_key_with_a_borrowed_name_does_not_open_either() {
    let binding = binding();
    let sealed = vault().seal(&binding, &"secret".into()).unwrap();
    let renamed = sealed.0.replace(&vault().newest_id(), &other_vault().newest_id());
    let opened = other_vault().open(&binding, &renamed.into());
    assert!(matches!(opened, Err(VaultError::DoesNotOpen)));
}

#[test]
fn nothing_secret_is_printed() {
    let (vault, binding) = (vault(), binding());
    let secret = SecretString::from("sk-canary-5f2a");
    let sealed = vault.seal(&binding, &secret).unwrap();
    let opened = vault.open(&binding, &sealed).unwrap();
    let error = other_vault().open(&binding, &sealed).unwrap_err();
    let printed = format!("{vault:?} {sealed:?} {secret:?} {opened:?} {error:?} {error}");
    for hidden in [
        "canary",
        &"07".repeat(4),
        "[7, 7",
        &URL_SAFE_NO_PAD.encode("sk-canary-5f2a"),
    ] {
        assert!(!printed.contains(hidden), "{hidden}");
    }
}

#[test]
fn the_shown_end_of_some_keys() {
    assert_eq!(last4(&"sk-proj-abcdefgh1234".into()), "1234");
    assert_eq!(last4(&"12345678".into()), "78");
    assert_eq!(last4(&"abc".into()), "");
}
