//! Places that an account was signed in from.

use crate::on_both_databases;

on_both_databases! {
    async fn a_place_is_known_for_ninety_days_after_its_last_sign_in(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let marks = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.remember_places(user.id, &marks(&["browser", "home"])).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let known = async |asked: &[&str]| {
            let mut session = fixture.store.read().await.unwrap();
            session.known_place(user.id, &marks(asked)).await.unwrap()
        };
        assert_eq!(known(&["elsewhere", "home"]).await.as_deref(), Some("home"));
        assert_eq!(known(&["elsewhere"]).await, None);
        for number in 0..60 {
            fixture.clock.advance(chrono::Duration::minutes(1));
            let mut tx = fixture.store.begin().await.unwrap();
            tx.remember_places(user.id, &marks(&[&format!("place {number}"), "browser"])).await.unwrap();
            let _ = tx.commit().await.unwrap();
        }
        assert_eq!(known(&["home"]).await, None);
        assert_eq!(known(&["browser"]).await.as_deref(), Some("browser"));
        fixture.clock.advance(chrono::Duration::days(91));
        assert_eq!(known(&["browser"]).await, None);
    }
}
