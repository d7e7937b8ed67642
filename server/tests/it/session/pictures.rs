//! The pictures people show of themselves, over the real protocol and the sandbox's media host.

use crate::support::{Member, Network, World, on_both, until};
use bytes::Bytes;
use domain::{Error, PageRequest, PhoneNumber, inbox::ConversationView, time::DAY_MS};
use futures::TryStreamExt as _;
use serde_json::json;
use server::{
    contact, inbox,
    media::{self, Link},
};

const RINA: &str = "6281311110001";
const BUDI: &str = "6281311110002";
/// Tells nobody their number.
const TAMU: &str = "6281311110003";
/// One pixel each.
const RED: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC";
const BLUE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGOQkzsBAAFiAQURG6MhAAAAAElFTkSuQmCC";

async fn shows(network: &Network, person: &str, base64: &str) {
    network.changes(&format!("people/{person}/picture"), json!({ "base64": base64 })).await;
}

async fn shows_nothing(world: &World, person: &str) {
    let url = world.server.sandbox_url().expect("the sandbox is on");
    let answer = world.server.http.delete(format!("{url}/api/people/{person}/picture")).send().await;
    answer.and_then(reqwest::Response::error_for_status).expect("the sandbox takes it");
}

/// The only conversation, once its person shows what is wanted.
async fn shown(world: &World, member: &Member, what: &str, wanted: impl Fn(Option<&str>) -> bool) -> ConversationView {
    until(&world.server, member, what, async || {
        let row = world.conversations(member).await.pop()?;
        wanted(row.picture.as_deref()).then_some(row)
    })
    .await
}

async fn content(world: &World, address: &str) -> Result<Vec<u8>, Error> {
    let address = address.strip_prefix("/media/").expect("an address of ours");
    let link = Link::read(address, &world.server.signer, world.server.now()).ok_or(Error::NotFound)?;
    match media::read(&world.server, &link, None).await {
        Ok(parts) => Ok(parts.try_collect::<Vec<Bytes>>().await.expect("reads").concat()),
        Err(server::Error::Domain(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

on_both! {
    async fn who_writes_is_shown_with_their_picture_as_long_as_they_show_it(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        shows(&network, RINA, RED).await;
        network.says(RINA, &phone, json!({"text": "Halo"})).await;
        let row = shown(&world, &rani, "the picture", |picture| picture.is_some()).await;
        let red = row.picture.clone().expect("a picture");
        assert!(content(&world, &red).await.expect("is here").starts_with(b"\x89PNG"));
        let thread = world.thread(&rani, row.id).await;
        assert_eq!((thread.conversation.picture, thread.contact.picture), (row.picture.clone(), row.picture));
        let contacts = contact::list(&world.server, &rani.scope, &PageRequest::first(10)).await.expect("lists");
        assert_eq!(contacts.rows[0].picture.as_ref(), Some(&red));

        shows(&network, RINA, BLUE).await;
        let row = shown(&world, &rani, "another picture", |picture| picture.is_some_and(|picture| picture != red)).await;
        let blue = row.picture.expect("a picture");
        world.clock.advance(2 * DAY_MS);
        media::tick(&world.server).await.expect("sweeps");
        media::tick(&world.server).await.expect("sweeps");
        let row = shown(&world, &rani, "the picture after days", |picture| picture.is_some()).await;
        assert!(content(&world, &row.picture.expect("a picture")).await.is_ok(), "what is shown is kept");
        assert_eq!(content(&world, &red).await, Err(Error::NotFound), "what is not shown any more is not");

        shows_nothing(&world, RINA).await;
        shown(&world, &rani, "nothing", |picture| picture.is_none()).await;
        assert_ne!(red, blue);
    }

    async fn what_is_no_picture_is_not_shown_and_holds_up_nobody(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        shows(&network, BUDI, "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==").await;
        shows(&network, RINA, RED).await;
        // The one who talked last is asked for first.
        inbox::start(&world.server, &rani.scope, id, &format!("+{RINA}")).await.expect("opens");
        world.clock.advance(1);
        network.says(BUDI, &phone, json!({"text": "Halo"})).await;
        let rows = until(&world.server, &rani, "the picture of the other", async || {
            let rows = world.conversations(&rani).await;
            rows.iter().any(|row| row.picture.is_some()).then_some(rows)
        })
        .await;
        let with: Vec<_> = rows.iter().filter(|row| row.picture.is_some()).map(|row| row.phone.clone()).collect();
        assert_eq!(with, [PhoneNumber::from_e164(RINA).ok()], "{rows:?}");
    }

    async fn a_picture_goes_along_when_two_contacts_become_one(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        network.persona(TAMU, json!({"hides_number": true})).await;
        shows(&network, TAMU, RED).await;
        network.says(TAMU, &phone, json!({"text": "Siapa ini?"})).await;
        let row = shown(&world, &rani, "the picture of somebody unknown", |picture| picture.is_some()).await;
        assert_eq!(row.phone, None);
        let known = PhoneNumber::from_e164(TAMU).expect("a number");
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        contact::find_or_insert_by_phone(&world.server, &mut tx, &known, "inbox").await.expect("makes");
        tx.commit().await.expect("commits");
        network.persona(TAMU, json!({"hides_number": false})).await;
        network.says(TAMU, &phone, json!({"text": "Ini saya"})).await;
        let whole = until(&world.server, &rani, "one person", async || {
            world.conversations(&rani).await.pop().filter(|row| row.phone.is_some())
        })
        .await;
        assert_eq!(whole.picture, row.picture);
    }
}
