//! What the account of a number shows of itself, over the real protocol.

use super::link::code_after;
use crate::support::{Member, Network, World, number_in, on_both, until};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{
    Error, Field, NumberId,
    number::{NumberState, profile::ProfileView},
};
use serde_json::{Value, json};
use server::{
    media::Upload,
    number::{self, health, link, profile},
};

const OTHER: &str = "6281255500142";
/// A picture of one pixel.
const RED: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC";

/// The profile, once it is as wanted.
async fn shown(
    world: &World,
    member: &Member,
    id: NumberId,
    what: &str,
    wanted: impl Fn(&ProfileView) -> bool,
) -> ProfileView {
    until(&world.server, member, what, async || {
        let detail = health::open(&world.server, &member.scope, id).await.expect("opens");
        Some(detail.profile).filter(|profile| wanted(profile))
    })
    .await
}

fn upload(world: &World, content: &[u8]) -> Upload {
    let mut upload = Upload::begin(&world.server, "logo.png").expect("begins");
    upload.write(content).expect("writes");
    upload
}

fn red() -> Vec<u8> {
    BASE64_STANDARD.decode(RED).expect("base64")
}

on_both! {
    async fn a_profile_is_known_changed_and_told_to_the_network(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        let account = async || -> Value { network.ask(&format!("accounts/{phone}")).await };
        let known = shown(&world, &rani, id, "the profile", |profile| !profile.name.is_empty()).await;
        assert_eq!((known.name.as_str(), known.about.as_str(), known.picture), ("CS", "", None));

        let (server, scope) = (&world.server, &rani.scope);
        profile::change(server, scope, id, "Toko Solo", "Buka 08–17").await.expect("wishes");
        let settled = |profile: &ProfileView| !profile.is_changing;
        let told = shown(&world, &rani, id, "the new words", settled).await;
        assert_eq!((told.name.as_str(), told.about.as_str(), told.refused), ("Toko Solo", "Buka 08–17", None));
        assert_eq!(account().await["about"], "Buka 08–17");

        profile::show_picture(server, scope, id, upload(&world, &red())).await.expect("wishes");
        let told = shown(&world, &rani, id, "the picture", |profile| settled(profile) && profile.picture.is_some()).await;
        assert_eq!(told.refused, None);
        assert!(account().await["picture"]["size"].as_u64() > Some(0), "the network has it");

        profile::hide_picture(server, scope, id).await.expect("wishes");
        shown(&world, &rani, id, "no picture", |profile| settled(profile) && profile.picture.is_none()).await;
        assert_eq!(account().await["picture"], Value::Null);
    }

    async fn a_wish_waits_for_the_line(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        shown(&world, &rani, id, "the profile", |profile| !profile.name.is_empty()).await;
        network.fault(json!({"kind": "server_503", "account": phone})).await;
        network.fault(json!({"kind": "disconnect", "account": phone, "count": 1})).await;
        number_in(&world.server, &rani, id, NumberState::Reconnecting).await;
        profile::change(&world.server, &rani.scope, id, "Toko Baru", "").await.expect("wishes");
        let waiting = shown(&world, &rani, id, "the wish", |profile| profile.is_changing).await;
        assert_eq!(waiting.name, "Toko Baru", "what is wished is shown");
        network.mend().await;
        let told = shown(&world, &rani, id, "the new name", |profile| !profile.is_changing).await;
        assert_eq!((told.name.as_str(), told.refused), ("Toko Baru", None));
    }

    async fn a_wish_for_one_phone_is_never_told_to_another(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, _) = world.connected(&rani, "CS").await;
        shown(&world, &rani, id, "the profile", |profile| !profile.name.is_empty()).await;
        number::log_out(&world.server, &rani.scope, id).await.expect("asks");
        number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        profile::change(&world.server, &rani.scope, id, "Toko Lama", "Pindah").await.expect("wishes");
        link::relink(&world.server, &rani.scope, id).await.expect("asks for codes");
        until(&world.server, &rani, "a QR code", async || {
            link::qr_code(&world.server, &rani.scope, id).await.expect("asks")
        })
        .await;
        network.makes("accounts", json!({"phone": OTHER, "name": "Toko Lain"})).await;
        link::ask_pair_code(&world.server, &rani.scope, id, &format!("+{OTHER}")).await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        link::type_on_sandbox_phone(&world.server, &rani.scope, id, &code).await.expect("types it");
        number_in(&world.server, &rani, id, NumberState::Connected).await;
        let its_own = |profile: &ProfileView| profile.is_known && profile.name != "CS";
        let known = shown(&world, &rani, id, "the other profile", its_own).await;
        assert_eq!((known.name.as_str(), known.about.as_str(), known.is_changing), ("Toko Lain", "", false));
        assert_eq!(network.ask(&format!("accounts/{OTHER}")).await["about"], "");
    }

    async fn what_cannot_be_shown_is_refused_with_its_field(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        let (server, id) = (&world.server, sender.number);
        let refused = profile::change(server, &rani.scope, id, " ", "").await;
        assert!(matches!(&refused, Err(server::Error::Domain(error)) if *error == Error::field("name", Field::Required)), "{refused:?}");
        let refused = profile::show_picture(server, &rani.scope, id, upload(&world, b"%PDF-1.4")).await;
        assert!(matches!(&refused, Err(server::Error::Domain(error)) if *error == Error::field("file", Field::NotAPicture)), "{refused:?}");
        for refused in [
            profile::change(server, &budi.scope, id, "Budi", "").await,
            profile::show_picture(server, &budi.scope, id, upload(&world, &red())).await,
            profile::hide_picture(server, &budi.scope, id).await,
        ] {
            assert!(matches!(refused, Err(server::Error::Domain(Error::NotFound))), "{refused:?}");
        }
        let detail = health::open(server, &rani.scope, id).await.expect("opens");
        assert_eq!(detail.profile, ProfileView::default());
    }
}
