//! Files that messages carry: kept once, read by their links, removed when nothing carries them.

use crate::support::{Member, World, files_under, on_both};
use bytes::Bytes;
use domain::{
    Error, Field, Millis,
    media::{MAX_SENT_BYTES, MediaFile},
    message::MessageKind,
    time::{DAY_MS, HOUR_MS},
};
use futures::TryStreamExt as _;
use server::{
    Server,
    config::BucketSettings,
    engine::Tick,
    execute, inbox, media,
    media::{Given, Link, Upload},
};

const DEWI: &str = "6281255500142";
/// A document, by its content.
const PDF: &[u8] = b"%PDF-1.4\nharga baru\n%%EOF";

async fn gives(server: &Server, member: &Member, name: &str, content: &[u8]) -> Given {
    media::give(server, &member.scope, upload(server, name, content)).await.expect("keeps")
}

fn upload(server: &Server, name: &str, content: &[u8]) -> Upload {
    let mut upload = Upload::begin(server, name).expect("begins");
    content.chunks(7).for_each(|chunk| upload.write(chunk).expect("writes"));
    upload
}

/// What an address of a page leads to, if anything.
async fn follow(server: &Server, address: &str) -> Result<(String, Vec<u8>), Error> {
    let address = address.strip_prefix("/media/").expect("an address of ours");
    let link = Link::read(address, &server.signer, server.now()).ok_or(Error::NotFound)?;
    let found = media::find(server, &link).await?;
    let content: Vec<Bytes> = media::read(server, &link, None).await?.try_collect().await.expect("reads");
    Ok((found.mime, content.concat()))
}

/// An answer with a file, and its address in the thread.
async fn answers(world: &World, member: &Member, name: &str, content: &[u8]) -> String {
    let number = world.connected_number(member).await.number;
    let id = inbox::start(&world.server, &member.scope, number, DEWI).await.expect("opens");
    let file = upload(&world.server, name, content);
    inbox::reply_with_file(&world.server, &member.scope, id, "", file).await.expect("queues");
    address(world, member).await
}

async fn address(world: &World, member: &Member) -> String {
    let id = world.only_conversation(member).await.id;
    let file = world.thread(member, id).await.messages.pop().expect("a message").attachment.expect("a file");
    match file.file {
        MediaFile::Here { link, .. } => link,
        other => panic!("not here: {other:?}"),
    }
}

on_both! {
    async fn a_file_goes_with_an_answer_and_is_read_by_its_link(world: World) {
        let rani = world.sign_up("Rani").await;
        let address = answers(&world, &rani, "../daftar harga.pdf", PDF).await;
        let thread = world.thread(&rani, world.only_conversation(&rani).await.id).await;
        let message = thread.messages.last().expect("the answer");
        assert_eq!((message.kind, message.text.as_str()), (MessageKind::Document, ""));
        let file = message.attachment.as_ref().expect("a file");
        assert_eq!((file.name.as_str(), file.bytes), ("daftar harga.pdf", Some(PDF.len() as u64)));
        assert!(matches!(file.file, MediaFile::Here { plays: false, preview: None, .. }), "{file:?}");
        assert_eq!(follow(&world.server, &address).await, Ok(("application/pdf".into(), PDF.to_vec())));
    }

    async fn a_link_lasts_for_hours_and_then_ends(world: World) {
        let rani = world.sign_up("Rani").await;
        let address = answers(&world, &rani, "a.pdf", PDF).await;
        world.clock.advance(6 * HOUR_MS - 1);
        assert!(follow(&world.server, &address).await.is_ok());
        world.clock.advance(6 * HOUR_MS + 1);
        assert_eq!(follow(&world.server, &address).await, Err(Error::NotFound));
        assert!(follow(&world.server, &self::address(&world, &rani).await).await.is_ok(), "a page loaded again has another");
    }

    async fn the_same_file_is_kept_once_for_each_tenant(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let first = gives(&world.server, &rani, "a.pdf", PDF).await;
        let again = gives(&world.server, &rani, "b.pdf", PDF).await;
        let theirs = gives(&world.server, &budi, "a.pdf", PDF).await;
        assert_eq!(first.media, again.media);
        assert_ne!(first.media, theirs.media, "what others have cannot be told");
    }

    async fn given_at_the_same_time_it_is_kept_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let other = world.another_process().await;
        let (here, there) = tokio::join!(gives(&world.server, &rani, "a", PDF), gives(&other, &rani, "b", PDF));
        assert_eq!(here.media, there.media);
    }

    async fn what_no_message_carries_goes_after_a_day(world: World) {
        let rani = world.sign_up("Rani").await;
        let carried = answers(&world, &rani, "carried.pdf", PDF).await;
        let unused = gives(&world.server, &rani, "unused.pdf", b"%PDF-1.4 unused").await;
        assert_eq!(media::tick(&world.server).await.expect("sweeps"), Tick::Idle);
        let again = gives(&world.server, &rani, "unused.pdf", b"%PDF-1.4 unused").await;
        assert_eq!(unused.media, again.media, "a day has not passed");
        world.clock.advance(2 * DAY_MS);
        media::tick(&world.server).await.expect("sweeps");
        let anew = gives(&world.server, &rani, "unused.pdf", b"%PDF-1.4 unused").await;
        assert_ne!(unused.media, anew.media, "it was removed");
        assert_eq!(follow(&world.server, &carried).await, Err(Error::NotFound), "the old link has ended");
        let carried = address(&world, &rani).await;
        assert_eq!(follow(&world.server, &carried).await.map(|(_, content)| content), Ok(PDF.to_vec()));
    }

    async fn a_file_whose_removal_or_writing_was_broken_off_goes_in_the_end(world: World) {
        let rani = world.sign_up("Rani").await;
        let stored = || files_under(&world.server.config.data_dir.join("media")).len();
        let removed = gives(&world.server, &rani, "a.pdf", PDF).await.media;
        let begun = gives(&world.server, &rani, "b.pdf", b"%PDF-1.4 b").await.media;
        // As a process leaves them that dies before the first is out of the store, and the row of the second in its place.
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        let (tenant, now) = (rani.viewer.tenant, world.server.now());
        for (media, at) in [(removed, Millis(0)), (begun, now)] {
            execute!(&mut tx, "DELETE FROM media WHERE media_id = $1", media).expect("deletes");
            let sql = "INSERT INTO media_stray (media_id, tenant_id, at) VALUES ($1, $2, $3)";
            execute!(&mut tx, sql, media, tenant, at).expect("inserts");
        }
        tx.commit().await.expect("commits");
        assert_eq!(stored(), 2);
        media::tick(&world.server).await.expect("sweeps");
        assert_eq!(stored(), 1, "somebody may still be writing the other");
        world.clock.advance(2 * DAY_MS);
        media::tick(&world.server).await.expect("sweeps");
        assert_eq!(stored(), 0);
    }

    async fn nothing_and_too_much_are_refused(world: World) {
        let rani = world.sign_up("Rani").await;
        let refusal = async |upload| media::give(&world.server, &rani.scope, upload).await.map_err(Error::from);
        assert_eq!(refusal(upload(&world.server, "a.pdf", b"")).await, Err(Error::field("file", Field::Required)));
        let mut large = Upload::begin(&world.server, "a.bin").expect("begins");
        let part = vec![0; 4 * 1024 * 1024];
        while large.bytes() <= MAX_SENT_BYTES {
            large.write(&part).expect("takes it, and forgets it");
        }
        assert_eq!(refusal(large).await, Err(Error::TooLarge { limit_bytes: MAX_SENT_BYTES }));
    }

    async fn nobody_sends_a_file_into_a_conversation_of_others(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let number = world.connected_number(&rani).await.number;
        let id = inbox::start(&world.server, &rani.scope, number, DEWI).await.expect("opens");
        let file = upload(&world.server, "a.pdf", PDF);
        let refused = inbox::reply_with_file(&world.server, &budi.scope, id, "", file).await.map_err(Error::from);
        assert_eq!(refused, Err(Error::NotFound));
        assert_eq!(world.thread(&rani, id).await.messages, []);
    }
}

/// A real S3 server over a folder, on a free port; its address.
async fn s3(folder: &std::path::Path) -> String {
    let files = s3s_fs::FileSystem::new(folder).expect("opens");
    let mut service = s3s::service::S3ServiceBuilder::new(files);
    service.set_auth(s3s::auth::SimpleAuth::from_single("sapa", "rahasia"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let io = hyper_util::rt::TokioIo::new(socket);
                let http = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
                let _ = http.serve_connection(io, service).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_kept_in_a_bucket() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("toko")).expect("a bucket");
    let settings = BucketSettings {
        url: "s3://toko/media/sapa".into(),
        endpoint: Some(s3(folder.path()).await),
        region: "us-east-1".into(),
        access_key_id: "sapa".into(),
        secret_access_key: "rahasia".into(),
    };
    let world = World::sqlite_with(|config| config.media = Some(settings.clone())).await;
    world.server.media.check().await.expect("the bucket can be used");
    let rani = world.sign_up("Rani").await;
    // More than one part of an upload in parts.
    let large: Vec<u8> = PDF.iter().copied().chain((0..12_000_000_u32).map(|n| (n % 251) as u8)).collect();
    let address = answers(&world, &rani, "large.pdf", &large).await;
    let (mime, content) = follow(&world.server, &address).await.expect("is there");
    assert_eq!((mime.as_str(), content == large), ("application/pdf", true));
    let stored = || -> Vec<u64> {
        let files = files_under(&folder.path().join("toko/media/sapa"));
        files.iter().map(|file| file.metadata().expect("metadata").len()).collect()
    };
    assert_eq!(stored(), [large.len() as u64]);
    let link = Link::read(&address["/media/".len()..], &world.server.signer, world.server.now()).expect("a link");
    let part: Vec<Bytes> =
        media::read(&world.server, &link, Some(5..10)).await.expect("opens").try_collect().await.expect("reads");
    assert_eq!(part.concat(), &large[5..10]);
    gives(&world.server, &rani, "unused.pdf", PDF).await;
    assert_eq!(stored().len(), 2);
    world.clock.advance(2 * DAY_MS);
    media::tick(&world.server).await.expect("sweeps");
    assert_eq!(stored(), [large.len() as u64], "what nothing carries is gone from the bucket");

    let wrong = BucketSettings { secret_access_key: "lain".into(), ..settings };
    let world = World::sqlite_with(|config| config.media = Some(wrong)).await;
    assert!(world.server.media.check().await.is_err(), "another secret opens nothing");
}
