//! Signing up, in and out.

use crate::support::{PASSWORD, browser, on_both};
use domain::{
    Error, Field,
    identity::{SignIn, SignUp},
    time::DAY_MS,
};
use server::identity::{authenticate, kill_sign_in, list_sign_ins, set_operator, sign_in, sign_out, sign_up};

fn typed(email: &str, password: &str) -> SignIn {
    SignIn { email: email.into(), password: password.into() }
}

on_both! {
    async fn a_sign_in_lives_until_it_is_ended(world: World) {
        let rani = world.sign_up("Rani").await;
        assert_eq!(rani.viewer.tenant_name, "Toko Rani");
        sign_out(&world.server, &rani.scope).await.expect("signs out");
        assert!(authenticate(&world.server, &rani.token).await.expect("asks").is_none());
        let again = sign_in(&world.server, typed("RANI@toko.id ", PASSWORD), &browser()).await.expect("signs in");
        assert_eq!(again.viewer.tenant, rani.viewer.tenant);
    }

    async fn unknown_people_and_wrong_passwords_look_the_same(world: World) {
        world.sign_up("Rani").await;
        for attempt in [typed("rani@toko.id", "salah besar"), typed("siapa@toko.id", PASSWORD)] {
            let error = sign_in(&world.server, attempt, &browser()).await.err().expect("refused");
            assert_eq!(domain::Error::from(error), Error::field("password", Field::WrongSignIn));
        }
    }

    async fn an_address_has_one_account(world: World) {
        world.sign_up("Rani").await;
        let twice = SignUp { name: "R".into(), email: "rani@TOKO.id".into(), password: PASSWORD.into(), tenant: "T".into() };
        let error = sign_up(&world.server, twice, &browser()).await.err().expect("refused");
        assert_eq!(domain::Error::from(error), Error::field("email", Field::Taken));
    }

    async fn an_idle_sign_in_ends_and_a_used_one_stays(world: World) {
        let rani = world.sign_up("Rani").await;
        for _ in 0..3 {
            world.clock.advance(10 * DAY_MS);
            assert!(authenticate(&world.server, &rani.token).await.expect("asks").is_some());
        }
        world.clock.advance(15 * DAY_MS);
        assert!(authenticate(&world.server, &rani.token).await.expect("asks").is_none());
    }

    async fn no_sign_in_lives_longer_than_sixty_days(world: World) {
        let rani = world.sign_up("Rani").await;
        for _ in 0..6 {
            world.clock.advance(10 * DAY_MS);
            authenticate(&world.server, &rani.token).await.expect("asks");
        }
        assert!(authenticate(&world.server, &rani.token).await.expect("asks").is_none());
    }

    async fn a_person_lists_and_kills_only_their_own_sign_ins(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let phone = sign_in(&world.server, typed("rani@toko.id", PASSWORD), &browser()).await.expect("signs in");
        let listed = list_sign_ins(&world.server, &rani.scope).await.expect("lists");
        assert_eq!(listed.len(), 2);
        let other = listed.iter().find(|s| !s.current).expect("the phone").id;
        let error = kill_sign_in(&world.server, &budi.scope, other).await.expect_err("refused");
        assert_eq!(domain::Error::from(error), Error::NotFound);
        kill_sign_in(&world.server, &rani.scope, other).await.expect("ends it");
        assert!(authenticate(&world.server, &phone.token).await.expect("asks").is_none());
        assert!(authenticate(&world.server, &rani.token).await.expect("asks").is_some());
    }

    async fn whoever_comes_first_operates_the_installation(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let is = async |member: &crate::support::Member| {
            let found = authenticate(&world.server, &member.token).await.expect("asks").expect("alive");
            assert_eq!(found.operator.is_some(), found.viewer.operator);
            found.viewer.operator
        };
        assert_eq!((rani.viewer.operator, is(&rani).await, is(&budi).await), (true, true, false));
        assert_eq!(rani.operator.map(|operator| operator.user()), Some(rani.viewer.user));

        assert!(set_operator(&world.server, " Budi@toko.id ", true).await.expect("sets"));
        assert!(!set_operator(&world.server, "budi@toko.id", true).await.expect("was so already"));
        assert!(set_operator(&world.server, "rani@toko.id", false).await.expect("sets"));
        // With the next request, not the next sign-in.
        assert_eq!((is(&rani).await, is(&budi).await), (false, true));
        let again = sign_in(&world.server, typed("budi@toko.id", PASSWORD), &browser()).await.expect("signs in");
        assert!(again.viewer.operator);

        // Also the last one; who signs up next is none by chance.
        assert!(set_operator(&world.server, "budi@toko.id", false).await.expect("sets"));
        assert_eq!((is(&budi).await, is(&world.sign_up("Sari").await).await), (false, false));
    }

    async fn only_somebody_who_signs_in_becomes_an_operator(world: World) {
        let refused = |error: server::Error| domain::Error::from(error);
        let nobody = set_operator(&world.server, "siapa@toko.id", true).await.map_err(refused);
        assert_eq!(nobody, Err(Error::NotFound));
        let nonsense = set_operator(&world.server, "siapa", true).await.map_err(refused);
        assert_eq!(nonsense, Err(Error::field("email", Field::NotAnEmail)));
    }
}
