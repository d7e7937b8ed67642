//! Contacts and their files.

use crate::support::on_both;
use domain::{
    Error, Field, PageRequest,
    consent::WishSource,
    contact::import::{ColumnTarget, ImportCounts, ImportStatus, MAX_FILE_BYTES, Mapping, RowVerdict},
    error::Refusal,
};
use server::{
    Scope, Server, consent,
    contact::{
        self, Identity,
        import::{self, Upload, engine},
    },
    engine::Tick,
};

const GOOGLE: &[u8] = include_bytes!("../data/contacts/google-contacts.csv");
const EXCEL: &[u8] = include_bytes!("../data/contacts/excel-semicolon.csv");
const MESSY: &[u8] = include_bytes!("../data/contacts/messy.csv");

fn file(name: &str, bytes: impl AsRef<[u8]>) -> Upload {
    Upload { file_name: name.into(), bytes: bytes.as_ref().to_vec(), region: None }
}

fn search(words: &str) -> PageRequest {
    PageRequest { search: words.into(), ..PageRequest::first(50) }
}

fn e164(name: &str) -> Vec<String> {
    let all: serde_json::Value = serde_json::from_str(include_str!("../data/contacts/expected.json")).expect("JSON");
    serde_json::from_value(all[name]["e164"].clone()).expect("a list")
}

/// The phones of an import, in order.
async fn phones(server: &Server, scope: &Scope, imported: &import::Imported) -> Vec<String> {
    let mut phones = Vec::new();
    for id in &imported.contacts {
        let contact = contact::get(server, scope, *id).await.expect("the contact");
        phones.push(contact.phone.expect("has a phone").e164());
    }
    phones
}

/// A file of `count` contacts.
fn many(count: usize) -> String {
    let rows = (0..count).map(|n| format!("Kontak {n},+62812{n:08},Solo\n"));
    ["Nama,HP,Kota\n".to_owned()].into_iter().chain(rows).collect()
}

on_both! {
    async fn the_files_people_have_come_to_what_is_expected(world: World) {
        let rani = world.sign_up("Rani").await;
        for (name, bytes, counts) in [
            ("google-contacts.csv", GOOGLE, ImportCounts { imported: 156, invalid: 0, duplicates: 0, excluded: 0 }),
            ("excel-semicolon.csv", EXCEL, ImportCounts { imported: 192, invalid: 8, duplicates: 10, excluded: 0 }),
            ("messy.csv", MESSY, ImportCounts { imported: 124, invalid: 7, duplicates: 19, excluded: 56 }),
        ] {
            let imported = import::import_file(&world.server, &rani.scope, file(name, bytes)).await.expect("imports");
            assert_eq!(imported.counts, counts, "{name}");
            assert_eq!(phones(&world.server, &rani.scope, &imported).await, e164(name), "{name}");
            let problems = import::problems(&world.server, &rani.scope, imported.import).await.expect("lists");
            assert_eq!(problems.len() as u64, counts.invalid + counts.duplicates, "{name}");
        }
    }

    async fn a_name_full_of_markup_is_a_name(world: World) {
        let rani = world.sign_up("Rani").await;
        import::import_file(&world.server, &rani.scope, file("messy.csv", MESSY)).await.expect("imports");
        let found = contact::list(&world.server, &rani.scope, &search("<IMG src=x")).await.expect("lists");
        assert!(found.total > 0 && found.rows.iter().all(|row| row.name == "<img src=x onerror=alert(1)>"));
        let found = contact::list(&world.server, &rani.scope, &search("nulhere")).await.expect("lists");
        assert!(found.total > 0, "a zero byte is dropped, its name kept");
        let found = contact::list(&world.server, &rani.scope, &search("100%_")).await.expect("lists");
        assert_eq!(found.total, 0, "wildcards are taken literally");
    }

    async fn a_contact_is_found_by_name_number_and_column(world: World) {
        let rani = world.sign_up("Rani").await;
        import::import_file(&world.server, &rani.scope, file("a.csv", many(120))).await.expect("imports");
        for words in ["kontak 77", "0812-0000-0077", "+62 812 0000 0077"] {
            let found = contact::list(&world.server, &rani.scope, &search(words)).await.expect("lists");
            assert_eq!(found.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Kontak 77"], "{words}");
        }
        let second = PageRequest { page: 3, ..search("solo") };
        let page = contact::list(&world.server, &rani.scope, &second).await.expect("lists");
        assert_eq!((page.total, page.rows.len(), page.pages()), (120, 20, 3));
    }

    async fn an_import_fills_what_is_empty_and_overwrites_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let first = "Nama,HP,Kota,Kelas\nDewi,081255500142,Solo,\n,081255500143,,\n";
        import::import_file(&world.server, &rani.scope, file("a.csv", first)).await.expect("imports");
        let second = "Nama,HP,Kota,Kelas,Berhenti\nIbu Dewi,0812-5550-0142,Klaten,VIP,\nBudi,081255500143,,,STOP\n";
        let again = import::import_file(&world.server, &rani.scope, file("b.csv", second)).await.expect("imports");
        assert_eq!(again.counts, ImportCounts { imported: 2, excluded: 1, ..ImportCounts::default() });
        let dewi = contact::get(&world.server, &rani.scope, again.contacts[0]).await.expect("Dewi");
        let of = |header: &str| dewi.attributes.get(header).map(String::as_str);
        assert_eq!((dewi.name.as_str(), of("Kota"), of("Kelas")), ("Dewi", Some("Solo"), Some("VIP")));
        let budi = contact::get(&world.server, &rani.scope, again.contacts[1]).await.expect("Budi");
        assert_eq!((budi.name.as_str(), budi.opted_out_at.is_some()), ("Budi", true));
    }

    async fn a_wish_for_no_messages_outlives_the_next_file(world: World) {
        let rani = world.sign_up("Rani").await;
        let stop = "Nama,HP,Berhenti\nDewi,081255500142,STOP\n";
        import::import_file(&world.server, &rani.scope, file("a.csv", stop)).await.expect("imports");
        let again = import::import_file(&world.server, &rani.scope, file("b.csv", "HP\n081255500142\n")).await;
        assert_eq!(again.expect("imports").counts.excluded, 1);
    }

    async fn a_check_says_what_would_become_of_each_row(world: World) {
        let rani = world.sign_up("Rani").await;
        import::import_file(&world.server, &rani.scope, file("a.csv", "HP\n081255500142\n")).await.expect("imports");
        let rows = "Nama,HP,Setuju promo\nDewi,081255500142,ya\nBudi,081255500143,tidak\nB.,081255500143,\nEko,8.1E+11,\n";
        let upload = import::upload(&world.server, &rani.scope, file("C:\\data\\b.csv", rows)).await.expect("uploads");
        assert_eq!((upload.file_name.as_str(), upload.status), ("b.csv", ImportStatus::Uploaded));
        let check = import::check(&world.server, &rani.scope, upload.id, None).await.expect("checks");
        assert_eq!(check.counts, ImportCounts { imported: 2, invalid: 1, duplicates: 1, excluded: 0 });
        assert_eq!((check.updates, check.new_contacts(), check.records), (1, 1, 4));
        let verdicts: Vec<_> = check.sample.iter().map(|row| (row.record, row.verdict)).collect();
        assert_eq!(verdicts[..3], [(2, RowVerdict::Update), (3, RowVerdict::New), (4, RowVerdict::Duplicate { of: 3 })]);
        assert!(check.columns[2].sounds_like_consent);
        let mapping = Mapping(vec![ColumnTarget::Name, ColumnTarget::Phone, ColumnTarget::Consent]);
        let check = import::check(&world.server, &rani.scope, upload.id, Some(mapping)).await.expect("checks");
        assert_eq!(check.counts.excluded, 1, "who did not agree is left out once a person says what the column means");
    }

    async fn the_engine_does_what_was_started_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let id = import::upload(&world.server, &rani.scope, file("a.csv", EXCEL)).await.expect("uploads").id;
        assert_eq!(engine::tick(&world.server).await.expect("ticks"), Tick::Idle, "an upload is not a start");
        import::start(&world.server, &rani.scope, id, None).await.expect("starts");
        let twice = import::start(&world.server, &rani.scope, id, None).await.expect_err("refused");
        assert_eq!(Error::from(twice), Error::Refused(Refusal::ImportState));
        assert_eq!(engine::tick(&world.server).await.expect("ticks"), Tick::Again);
        assert_eq!(engine::tick(&world.server).await.expect("ticks"), Tick::Idle);
        let done = import::get(&world.server, &rani.scope, id).await.expect("the import");
        assert_eq!((done.status, done.counts.imported, done.total), (ImportStatus::Done, 192, 192));
        assert_eq!(import::list(&world.server, &rani.scope, 5).await.expect("lists"), [done]);
    }

    async fn an_import_that_was_cut_short_is_completed(world: World) {
        let rani = world.sign_up("Rani").await;
        let started = import::upload(&world.server, &rani.scope, file("a.csv", many(3_000))).await.expect("uploads").id;
        import::start(&world.server, &rani.scope, started, None).await.expect("starts");
        let mut events = world.server.bus.subscribe(rani.scope.tenant());
        let dying = tokio::spawn({
            let server = world.server.clone();
            async move { engine::tick(&server).await }
        });
        // Some chunks are written, then the task is gone in the middle of whatever it does.
        for _ in 0..3 {
            events.recv().await.expect("hears of the import");
        }
        dying.abort();
        dying.await.err();
        let successor = world.another_process().await;
        world.clock.advance(domain::time::HOUR_MS);
        let imported = import::complete(&successor, &rani.scope, started).await.expect("completes");
        assert_eq!(imported.counts.imported, 3_000);
        assert_eq!(imported.contacts.len(), 3_000);
        let everybody = contact::list(&world.server, &rani.scope, &search("")).await.expect("lists");
        assert_eq!(everybody.total, 3_000);
    }

    async fn what_is_no_contact_file_is_refused_in_words(world: World) {
        let rani = world.sign_up("Rani").await;
        let refused = async |upload| Error::from(import::upload(&world.server, &rani.scope, upload).await.expect_err("refused"));
        let garbage: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let not_a_file = Error::field("file", Field::NotAContactFile);
        assert_eq!(refused(file("foto.csv", &garbage)).await, not_a_file);
        assert_eq!(refused(file("kosong.csv", b"")).await, not_a_file);
        assert_eq!(refused(file("buku.xlsx", b"PK\x03\x04....")).await, not_a_file);
        let huge = vec![b'0'; MAX_FILE_BYTES as usize + 1];
        assert_eq!(refused(file("besar.csv", huge)).await, Error::TooLarge { limit_bytes: MAX_FILE_BYTES });
        let upload = import::upload(&world.server, &rani.scope, file("a.csv", "a,b\nx,y\n")).await.expect("a table");
        let error = import::start(&world.server, &rani.scope, upload.id, None).await.expect_err("refused");
        assert_eq!(Error::from(error), Error::field("mapping", Field::NoPhoneColumn));
    }

    async fn another_tenant_sees_nothing(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let imported = import::import_file(&world.server, &rani.scope, file("a.csv", EXCEL)).await.expect("imports");
        assert_eq!(contact::list(&world.server, &budi.scope, &search("")).await.expect("lists").total, 0);
        for error in [
            contact::get(&world.server, &budi.scope, imported.contacts[0]).await.err(),
            import::get(&world.server, &budi.scope, imported.import).await.err(),
            import::problems(&world.server, &budi.scope, imported.import).await.err(),
            import::check(&world.server, &budi.scope, imported.import, None).await.err(),
            import::start(&world.server, &budi.scope, imported.import, None).await.err(),
        ] {
            assert_eq!(Error::from(error.expect("refused")), Error::NotFound);
        }
        assert!(import::contacts(&world.server, &budi.scope, imported.import).await.expect("lists").is_empty());
        let own = import::import_file(&world.server, &budi.scope, file("a.csv", EXCEL)).await.expect("imports");
        assert_eq!(own.counts.imported, 192, "the same people may be contacts of both");
    }

    async fn a_person_is_one_contact_by_number_and_by_hidden_id(world: World) {
        let rani = world.sign_up("Rani").await;
        let tenant = rani.scope.tenant();
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        let by_lid = Identity { lid: Some("123".into()), push_name: "dewi".into(), ..Identity::default() };
        let first = contact::find_or_insert(&world.server, &mut tx, tenant, &by_lid, "inbound").await.expect("made");
        let phone = "6281255500142".parse().expect("a number");
        let both = Identity { phone: Some(phone), ..by_lid.clone() };
        let second = contact::find_or_insert(&world.server, &mut tx, tenant, &both, "inbound").await.expect("found");
        assert_eq!((second.id, second.phone.is_some(), second.display_name()), (first.id, true, "dewi".into()));
        let phone = second.phone.expect("learnt");
        let third = contact::find_or_insert_by_phone(&world.server, &mut tx, &phone, "inbox").await.expect("found");
        assert_eq!(third.id, first.id);
        consent::opt_out(&world.server, &mut tx, first.id, WishSource::Message, "STOP").await.expect("opts out");
        tx.commit().await.expect("commits");
        let found = contact::get(&world.server, &rani.scope, first.id).await.expect("the contact");
        assert_eq!(found.opted_out_at, Some(world.server.now()));
    }
}
