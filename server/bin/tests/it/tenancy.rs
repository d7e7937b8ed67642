//! Every server function and every page, asked by a stranger with another tenant's ids.

use crate::support::{Database, Person, Web};
use serde_json::Value;

/// In everything the owner has, and in nothing else.
const MARK: &str = "Rahasia";

/// Somebody whom WhatsApp tells of twice, by phone number and by LID.
const TWICE: &str = "081255501499";

/// What the owner has that an address or a form can name.
struct Ids {
    number: String,
    import: String,
    draft: String,
    running: String,
    conversation: String,
    message: String,
    contact: String,
    /// A contact that became part of another one.
    merged: String,
    rule: String,
    /// A group of the number.
    group: String,
}

/// What a stranger gets.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// "Not found", as for an id that never was.
    NotFound,
    /// Their own things: none.
    TheirOwn,
    /// It belongs to no tenant: only operators of the installation may. The owner, who signed up first, is one.
    Forbidden,
}
use Answer::{Forbidden, NotFound, TheirOwn};

/// Fields and values.
type Form<'a> = Vec<(&'static str, &'a str)>;

/// Each server function with a form that names the owner's things wherever it can name anything. A function that is not
/// here fails the test: add it.
fn forms(ids: &Ids) -> Vec<(&'static str, Answer, Form<'_>)> {
    let Ids { number, import, draft, running, conversation, message, contact, merged, rule, group } = ids;
    let draft_form = |id: &'static str| {
        vec![(id, draft.as_str()), ("name", "Mine"), ("number", number), ("message", "Halo"), ("audience", import)]
    };
    vec![
        ("inbox/api/separate_contact", NotFound, vec![("contact", merged)]),
        ("campaign/api/list_campaigns", TheirOwn, vec![("search", MARK), ("page", "1")]),
        ("campaign/api/open_campaign", NotFound, vec![("id", running)]),
        ("campaign/api/list_recipients", NotFound, vec![("id", running), ("place", ""), ("search", ""), ("page", "1")]),
        ("campaign/api/get_campaign", NotFound, vec![("id", draft)]),
        ("campaign/api/list_files", TheirOwn, vec![]),
        ("campaign/api/count_audience", TheirOwn, vec![("audience", import)]),
        ("campaign/api/open_writing", TheirOwn, vec![("audience", import)]),
        ("campaign/api/open_writing", NotFound, vec![("id", draft)]),
        ("campaign/api/review_draft", TheirOwn, vec![("audience", import), ("number", number)]),
        ("campaign/api/review_draft", NotFound, vec![("id", draft)]),
        ("campaign/api/detach_file", NotFound, draft_form("id")),
        ("campaign/api/save_draft", NotFound, draft_form("id")),
        ("campaign/api/start_campaign", NotFound, draft_form("id")),
        ("campaign/api/try_campaign", NotFound, vec![("id", draft), ("phone", "081255501421")]),
        ("campaign/api/begin_campaign", NotFound, vec![("id", draft)]),
        ("campaign/api/take_back_campaign", NotFound, vec![("id", running)]),
        ("campaign/api/pause_campaign", NotFound, vec![("id", running)]),
        ("campaign/api/resume_campaign", NotFound, vec![("id", running)]),
        ("campaign/api/cancel_campaign", NotFound, vec![("id", running)]),
        ("campaign/api/duplicate_campaign", NotFound, vec![("id", running)]),
        ("chatbot/api/list_rules", TheirOwn, vec![]),
        (
            "chatbot/api/save_rule",
            NotFound,
            vec![
                ("rule", rule),
                ("name", "Mine"),
                ("match_kind", "contains"),
                ("keywords", "halo"),
                ("answer", "Mine"),
                ("active", "true"),
            ],
        ),
        ("chatbot/api/set_rule_active", NotFound, vec![("rule", rule), ("active", "false")]),
        ("chatbot/api/shift_rule", NotFound, vec![("rule", rule), ("up", "true")]),
        ("chatbot/api/remove_rule", NotFound, vec![("rule", rule)]),
        ("consent/api/list_opted_out", TheirOwn, vec![("search", ""), ("page", "1")]),
        ("consent/api/open_setting", TheirOwn, vec![]),
        ("consent/api/change_setting", TheirOwn, vec![("setting[out_words]", "Mine")]),
        ("consent/api/suppress_list", TheirOwn, vec![("list", "081255501421")]),
        ("consent/api/record_wish", NotFound, vec![("contact", contact), ("wish", "opt_in"), ("note", "Mine")]),
        ("contact/api/list_contacts", TheirOwn, vec![("search", MARK), ("page", "1")]),
        ("contact/api/recent_imports", TheirOwn, vec![]),
        ("contact/api/open_import", NotFound, vec![("id", import)]),
        ("contact/api/start_import", NotFound, vec![("id", import)]),
        ("dashboard/api/home_overview", TheirOwn, vec![]),
        ("inbox/api/list_conversations", TheirOwn, vec![("view", "all"), ("search", MARK), ("page", "1")]),
        ("inbox/api/open_conversation", NotFound, vec![("conversation", conversation), ("limit", "50")]),
        ("inbox/api/writing_numbers", TheirOwn, vec![]),
        ("inbox/api/start_conversation", NotFound, vec![("number", number), ("phone", "081255501420")]),
        ("inbox/api/send_reply", NotFound, vec![("conversation", conversation), ("text", "Mine")]),
        ("inbox/api/fetch_file", NotFound, vec![("message", message)]),
        ("inbox/api/mark_read", NotFound, vec![("conversation", conversation)]),
        ("inbox/api/set_status", NotFound, vec![("conversation", conversation), ("status", "resolved")]),
        ("inbox/api/set_bot", NotFound, vec![("conversation", conversation), ("with_bot", "true")]),
        ("layout/viewer/open_page", TheirOwn, vec![]),
        ("layout/viewer/fresh_frame", TheirOwn, vec![]),
        ("number/api/list_numbers", TheirOwn, vec![]),
        ("number/api/open_number", NotFound, vec![("id", number)]),
        ("number/api/log_out_number", NotFound, vec![("number", number)]),
        ("number/api/preview_removal", NotFound, vec![("id", number)]),
        ("number/api/remove_number", NotFound, vec![("number", number), ("label", "Mine")]),
        ("number/api/change_budget", NotFound, vec![("number", number), ("cap", "7")]),
        ("number/api/change_manner", NotFound, vec![("number", number), ("types", "true")]),
        ("number/api/change_profile", NotFound, vec![("number", number), ("name", "Mine")]),
        ("number/api/hide_picture", NotFound, vec![("number", number)]),
        ("number/group/api/list_groups", NotFound, vec![("number", number), ("search", ""), ("page", "1")]),
        (
            "number/group/api/open_group",
            NotFound,
            vec![("number", number), ("group", group), ("search", ""), ("page", "1")],
        ),
        ("number/group/api/import_group", NotFound, vec![("number", number), ("group", group)]),
        ("number/api/linking", NotFound, vec![("id", number)]),
        ("number/api/scan_with_sandbox_phone", NotFound, vec![("number", number)]),
        ("number/api/ask_pair_code", NotFound, vec![("number", number), ("phone", "081255501420")]),
        ("number/api/type_on_sandbox_phone", NotFound, vec![("number", number), ("code", "AAAAAAAA")]),
        ("number/api/relink_number", NotFound, vec![("number", number)]),
        ("number/api/rename_number", NotFound, vec![("number", number), ("label", "Mine")]),
        ("sandbox/api/list_phones", TheirOwn, vec![]),
        ("sandbox/api/open_phone", NotFound, vec![("number", number)]),
        ("sandbox/api/list_chats", NotFound, vec![("number", number)]),
        ("sandbox/api/open_chat", NotFound, vec![("number", number), ("person", "081255501421")]),
        ("sandbox/api/write_as", NotFound, vec![("number", number), ("person", "081255501421"), ("text", "Mine")]),
        (
            "sandbox/api/set_persona",
            NotFound,
            vec![("number", number), ("person", "081255501421"), ("persona[answers]", "Mine")],
        ),
        ("sandbox/api/make_group", NotFound, vec![("number", number), ("subject", "Mine"), ("people", "081255501421")]),
        ("sandbox/api/list_faults", NotFound, vec![("number", number)]),
        ("sandbox/api/cause_fault", NotFound, vec![("number", number), ("fault[kind]", "logged_out")]),
        ("sandbox/api/end_faults", NotFound, vec![("number", number)]),
        ("sandbox/api/list_ledger", NotFound, vec![("number", number)]),
        ("sandbox/world/api/open_world", Forbidden, vec![]),
        ("sandbox/world/api/open_rules", Forbidden, vec![]),
        ("sandbox/world/api/open_ledger", Forbidden, vec![]),
        ("sandbox/world/api/open_faults", Forbidden, vec![]),
        ("sandbox/world/api/set_defaults", Forbidden, vec![("persona[answers]", "Mine")]),
        ("sandbox/world/api/set_policy", Forbidden, vec![("policy[new_chats_per_day]", "0")]),
        ("sandbox/world/api/set_seed", Forbidden, vec![("seed", "1")]),
        ("sandbox/world/api/set_person", Forbidden, vec![("person", "081255501421"), ("profile[name]", "Mine")]),
        ("sandbox/world/api/cause_everywhere", Forbidden, vec![("fault[kind]", "logged_out")]),
        ("sandbox/world/api/end_everywhere", Forbidden, vec![]),
        ("sandbox/world/api/reset_world", Forbidden, vec![("word", "reset")]),
        ("sandbox/api/unlink_device", NotFound, vec![("number", number), ("device", "1")]),
    ]
}

/// These name nothing that exists already; what they make is the stranger's own.
const MAKES: [(&str, &str); 11] = [
    ("identity/api/sign_in", "takes an e-mail address and a password"),
    ("identity/api/sign_up", "makes a tenant"),
    ("identity/api/sign_out", "ends the sign-in of the cookie"),
    ("layout/preference/choose_language", "sets a cookie"),
    ("layout/preference/choose_theme", "sets a cookie"),
    ("contact/api/upload_contacts", "takes a file"),
    ("number/api/add_sandbox_number", "makes a number"),
    ("number/api/link_number", "makes a number"),
    ("campaign/api/attach_file", "takes a file: asked below"),
    ("inbox/api/send_file", "takes a file: asked below"),
    ("number/api/show_picture", "takes a file: asked below"),
];

fn id_of(value: &Value) -> Option<String> {
    Some(value.get("id")?.as_str()?.to_owned())
}

/// Signs up and has one of everything.
async fn settle(web: &Web, owner: &Person) -> Ids {
    let number = owner.ask("number/api/add_sandbox_number", &[("label", &format!("{MARK} 1"))]).await;
    let number = number.as_str().expect("the id of a number").to_owned();
    let connected = |numbers: &Value| {
        let phone = numbers[0]["phone"].as_str()?;
        (numbers[0]["state"] == "connected").then(|| phone.trim_start_matches('+').to_owned())
    };
    let phone = owner.wait("number/api/list_numbers", &[], connected).await;
    let import = owner.upload(format!("name,phone\n{MARK} Satu,081255501421\n{MARK} Dua,081255501422\n")).await;
    owner.call("contact/api/start_import", &[("id", &import)]).await;
    owner
        .wait("contact/api/open_import", &[("id", &import)], |opened| {
            (opened["import"]["status"] == "done").then_some(())
        })
        .await;
    let text = format!("{MARK} {{{{name}}}}");
    for name in ["draft", "running"] {
        let name = format!("{MARK} {name}");
        let form = [("name", name.as_str()), ("number", &number), ("message", &text), ("audience", &import)];
        owner.call("campaign/api/save_draft", &form).await;
    }
    let campaigns = owner.ask("campaign/api/list_campaigns", &[("search", ""), ("page", "1")]).await;
    let campaign = |name: &str| {
        let all = campaigns["campaigns"]["rows"].as_array().expect("a page of campaigns");
        all.iter().find(|one| one["name"] == format!("{MARK} {name}")).and_then(id_of).expect("the campaign")
    };
    let (draft, running) = (campaign("draft"), campaign("running"));
    let attached = owner.attach_file(&draft, "rahasia.pdf", b"%PDF-1.4 rahasia").await;
    assert!(attached.status().is_success(), "{}", attached.status());
    owner.call("campaign/api/begin_campaign", &[("id", &running)]).await;
    owner
        .wait("campaign/api/open_campaign", &[("id", &running)], |opened| {
            let campaign = &opened["campaign"];
            (campaign["status"] == "finished" && campaign["totals"]["delivered"] == 2).then_some(())
        })
        .await;
    let started = owner.ask("inbox/api/start_conversation", &[("number", &number), ("phone", "081255501421")]).await;
    let conversation = started.as_str().expect("the id of a conversation").to_owned();
    let sent = owner.send_file(&conversation, MARK, "rahasia.pdf", b"%PDF-1.4 rahasia").await;
    assert!(sent.status().is_success(), "{}", sent.status());
    let thread = owner
        .wait("inbox/api/open_conversation", &[("conversation", &conversation), ("limit", "50")], |opened| {
            let last = opened["thread"]["messages"].as_array()?.last()?.clone();
            (last["state"] == "delivered").then_some(last)
        })
        .await;
    let message = id_of(&thread).expect("the message with the file");
    let form = [("conversation", conversation.as_str()), ("limit", "50")];
    let opened = owner.ask("inbox/api/open_conversation", &form).await;
    let contact = opened["thread"]["contact"]["contact"].as_str().expect("whose it is").to_owned();
    owner.call("consent/api/record_wish", &[("contact", &contact), ("wish", "opt_out"), ("note", MARK)]).await;
    let words = format!("{MARK} sudah cukup");
    owner.call("consent/api/change_setting", &[("setting[out_words]", words.as_str())]).await;
    let rule = [("name", MARK), ("match_kind", "contains"), ("keywords", MARK), ("answer", MARK), ("active", "true")];
    owner.ask("chatbot/api/save_rule", &rule).await;
    let rules = owner.ask("chatbot/api/list_rules", &[]).await;
    let rule = id_of(&rules[0]).expect("the rule");
    let merged = somebody_known_twice(owner, &number).await;
    let group = web.group(&format!("{MARK} Grup"), &phone, &["6281255501421"]).await;
    let form = [("number", number.as_str()), ("search", ""), ("page", "1")];
    let listed = |list: &Value| (list["groups"]["total"] == 1).then_some(());
    owner.wait("number/group/api/list_groups", &form, listed).await;
    Ids { number, import, draft, running, conversation, message, contact, merged, rule, group }
}

/// Somebody whose number is known writes without it first, and with it then; the contact that became part of another one.
async fn somebody_known_twice(owner: &Person, number: &str) -> String {
    owner.ask("inbox/api/start_conversation", &[("number", number), ("phone", TWICE)]).await;
    says_hiding(owner, number, true).await;
    let conversation = says_hiding(owner, number, false).await;
    let form = [("conversation", conversation.as_str()), ("limit", "50")];
    let opened = owner.ask("inbox/api/open_conversation", &form).await;
    opened["thread"]["contact"]["merged"][0]["contact"].as_str().expect("two contacts became one").to_owned()
}

/// A person writes, with or without their number; the conversation it is in.
async fn says_hiding(owner: &Person, number: &str, hides: bool) -> String {
    let (name, text, hides) = (format!("{MARK} Tiga"), format!("Halo {hides}"), hides.to_string());
    let person = [("number", number), ("person", TWICE)];
    let profile = [person[1], ("profile[name]", name.as_str()), ("profile[on_whatsapp]", "true")];
    owner.ask("sandbox/world/api/set_person", &profile).await;
    let persona = [("persona[answers]", ""), ("persona[receives]", "true"), ("persona[hides_number]", &hides)];
    owner.call("sandbox/api/set_persona", &[person.as_slice(), persona.as_slice()].concat()).await;
    owner.call("sandbox/api/write_as", &[person[0], person[1], ("text", &text)]).await;
    let form = [("view", "all"), ("search", ""), ("page", "1")];
    let said = |list: &Value| {
        let rows = list["page"]["rows"].as_array()?;
        id_of(rows.iter().find(|row| row["last"]["preview"] == text)?)
    };
    owner.wait("inbox/api/list_conversations", &form, said).await
}

/// Everything the owner sees.
async fn seen_by(owner: &Person, ids: &Ids) -> Vec<Value> {
    let mut seen = Vec::new();
    for (function, form) in [
        ("number/api/list_numbers", vec![]),
        ("contact/api/list_contacts", vec![("search", ""), ("page", "1")]),
        ("contact/api/recent_imports", vec![]),
        ("consent/api/list_opted_out", vec![("search", ""), ("page", "1")]),
        ("consent/api/open_setting", vec![]),
        ("campaign/api/list_campaigns", vec![("search", ""), ("page", "1")]),
        ("campaign/api/get_campaign", vec![("id", ids.draft.as_str())]),
        ("campaign/api/open_writing", vec![("id", ids.draft.as_str())]),
        ("chatbot/api/list_rules", vec![]),
        ("inbox/api/list_conversations", vec![("view", "all"), ("search", ""), ("page", "1")]),
        ("inbox/api/open_conversation", vec![("conversation", ids.conversation.as_str()), ("limit", "50")]),
        ("sandbox/world/api/open_world", vec![]),
        ("sandbox/world/api/open_rules", vec![]),
        ("sandbox/world/api/open_faults", vec![]),
        ("sandbox/world/api/open_ledger", vec![]),
    ] {
        seen.push(owner.ask(function, &form).await);
    }
    seen
}

async fn a_stranger_finds_nothing(database: Database) {
    let web = Web::start(&database).await;
    // Nobody reads: what changes after the campaign, a stranger has changed.
    web.people_are(serde_json::json!({ "deliver_ms": [0, 0], "read_ms": null })).await;
    let owner = web.sign_up(MARK).await;
    let ids = settle(&web, &owner).await;
    let stranger = web.sign_up("Tamu").await;
    let before = seen_by(&owner, &ids).await;

    let forms = forms(&ids);
    for (path, _) in server_fn::axum::server_fn_paths() {
        let function = path.trim_start_matches("/api/app/");
        let listed = forms.iter().any(|(known, _, _)| *known == function);
        let makes = MAKES.iter().any(|(known, _)| *known == function);
        assert!(listed || makes, "{function} is new: say here what a stranger gets from it");
    }
    let mut wrong = Vec::new();
    for (function, answer, form) in &forms {
        let response = stranger.call(function, form).await;
        let (status, text) = (response.status(), response.text().await.expect("a text"));
        let expected = match answer {
            NotFound => status == 404,
            TheirOwn => status.is_success(),
            Forbidden => status == 403,
        };
        if !expected || text.contains(MARK) {
            wrong.push(format!("{function}: {status}, not {answer:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let refused = stranger.send_file(&ids.conversation, "Mine", "mine.pdf", b"%PDF-1.4 mine").await;
    assert_eq!(refused.status(), 404, "a file into a conversation of others");
    let refused = stranger.attach_file(&ids.draft, "mine.pdf", b"%PDF-1.4 mine").await;
    assert_eq!(refused.status(), 404, "a file into a campaign of others");
    let refused = stranger.show_picture(&ids.number, b"\x89PNG").await;
    assert_eq!(refused.status(), 404, "a picture for a number of others");
    let Ids { import, draft, running, conversation, .. } = &ids;
    for page in [
        format!("/campaigns/{running}"),
        format!("/campaigns/{draft}/edit"),
        format!("/campaigns/{draft}/edit?step=audience"),
        "/contacts/consent".to_owned(),
        "/contacts/consent.csv".to_owned(),
        format!("/contacts/import/{import}"),
        format!("/inbox/{conversation}"),
        "/numbers/link?number=".to_owned() + &ids.number,
        format!("/numbers/{}", ids.number),
        format!("/numbers/{}/export", ids.number),
        format!("/numbers/{}/groups", ids.number),
        format!("/numbers/{}/groups/{}", ids.number, ids.group),
        format!("/sandbox/{}", ids.number),
        format!("/sandbox/{}?person=081255501421", ids.number),
        format!("/sandbox/{}?view=trouble", ids.number),
        format!("/sandbox/{}?view=ledger", ids.number),
        "/sandbox/world".to_owned(),
        "/sandbox/world?view=rules".to_owned(),
        "/sandbox/world?view=trouble".to_owned(),
        "/sandbox/world?view=ledger".to_owned(),
    ] {
        let (_, text) = stranger.page(&page).await;
        assert!(!text.contains(MARK), "{page} tells");
        let (status, _) = owner.page(&page).await;
        assert_eq!(status, 200, "{page} is a page");
    }
    let (status, _) = stranger.page(&format!("/numbers/{}/export", ids.number)).await;
    assert_eq!(status, 404, "as for a number that never was");
    assert_eq!(seen_by(&owner, &ids).await, before, "a stranger changed something");
    drop(web);
    database.drop().await;
}

#[tokio::test]
async fn another_tenants_ids_open_nothing_on_sqlite() {
    a_stranger_finds_nothing(Database::sqlite()).await;
}

#[tokio::test]
async fn another_tenants_ids_open_nothing_on_postgres() {
    a_stranger_finds_nothing(Database::postgres().await).await;
}
