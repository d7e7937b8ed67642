//! `GET /media/…`: files of messages, for whoever has their address.

use crate::support::{Database, Person, Web};
use reqwest::Response;
use serde_json::Value;

const PDF: &[u8] = b"%PDF-1.4\nharga baru\n%%EOF";
/// A picture of one pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0xf8, 0xcf,
    0x50, 0x0f, 0, 0x03, 0x86, 0x01, 0x80, 0x5a, 0x34, 0x7d, 0x6b, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
    0x60, 0x82,
];

async fn conversation(owner: &Person) -> String {
    let number = owner.ask("number/api/add_sandbox_number", &[("label", "CS")]).await;
    let number = number.as_str().expect("the id of a number");
    let started = owner.ask("inbox/api/start_conversation", &[("number", number), ("phone", "081255501421")]).await;
    started.as_str().expect("the id of a conversation").to_owned()
}

/// Sends a file; its address in the thread.
async fn address(owner: &Person, conversation: &str, name: &str, content: &'static [u8]) -> String {
    let sent = owner.send_file(conversation, "", name, content).await;
    assert!(sent.status().is_success(), "{}", sent.status());
    let form = [("conversation", conversation), ("limit", "50")];
    let opened = owner.ask("inbox/api/open_conversation", &form).await;
    let messages = opened["thread"]["messages"].as_array().expect("messages");
    let file = &messages.last().expect("the message")["attachment"]["file"]["Here"];
    file["link"].as_str().unwrap_or_else(|| panic!("no address in {file}")).to_owned()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_file_is_given_to_whoever_has_its_address_and_nothing_in_it_runs() {
    let database = Database::sqlite();
    let web = Web::start(&database).await;
    let owner = web.sign_up("Rani").await;
    let conversation = conversation(&owner).await;
    let document = address(&owner, &conversation, "harga.pdf", PDF).await;
    let answer = owner.file(&format!("{document}?name=daftar%20harga.pdf"), &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), "application/octet-stream");
    assert_eq!(header(&answer, "content-disposition"), "attachment; filename*=UTF-8''daftar%20harga.pdf");
    assert!(header(&answer, "content-security-policy").contains("sandbox"), "{answer:?}");
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    assert!(header(&answer, "cache-control").starts_with("private"), "{answer:?}");
    assert_eq!(header(&answer, "content-length"), PDF.len().to_string());
    assert_eq!(answer.bytes().await.expect("reads"), PDF);

    let picture = address(&owner, &conversation, "foto.png", PNG).await;
    let answer = owner.file(&picture, &[]).await;
    assert_eq!((header(&answer, "content-type"), header(&answer, "content-disposition")), ("image/png", "inline"));

    let page = address(&owner, &conversation, "page.png", b"<html><script>alert(1)</script></html>").await;
    let answer = owner.file(&format!("{page}?name=page.html"), &[]).await;
    assert_eq!(header(&answer, "content-type"), "application/octet-stream");
    assert!(header(&answer, "content-disposition").starts_with("attachment"), "{answer:?}");
    drop(web);
    database.drop().await;
}

#[tokio::test]
async fn players_get_the_part_they_ask_for() {
    let database = Database::sqlite();
    let web = Web::start(&database).await;
    let owner = web.sign_up("Rani").await;
    let document = address(&owner, &conversation(&owner).await, "harga.pdf", PDF).await;
    let part = owner.file(&document, &[("range", "bytes=5-8")]).await;
    assert_eq!((part.status().as_u16(), header(&part, "content-length")), (206, "4"));
    assert_eq!(header(&part, "content-range"), format!("bytes 5-8/{}", PDF.len()));
    assert_eq!(part.bytes().await.expect("reads"), &PDF[5..9]);
    let end = owner.file(&document, &[("range", "bytes=-5")]).await;
    assert_eq!(end.bytes().await.expect("reads"), &PDF[PDF.len() - 5..]);
    let beyond = owner.file(&document, &[("range", "bytes=1000-")]).await;
    assert_eq!((beyond.status().as_u16(), header(&beyond, "content-range")), (416, &*format!("bytes */{}", PDF.len())));
    drop(web);
    database.drop().await;
}

#[tokio::test]
async fn an_address_that_is_not_ours_leads_nowhere() {
    let database = Database::sqlite();
    let web = Web::start(&database).await;
    let owner = web.sign_up("Rani").await;
    let document = address(&owner, &conversation(&owner).await, "harga.pdf", PDF).await;
    let (kept, last) = document.split_at(document.len() - 1);
    let other = format!("{kept}{}", if last == "A" { "B" } else { "A" });
    let mut turned = document.clone();
    turned.replace_range(10..11, if &turned[10..11] == "A" { "B" } else { "A" });
    for strange in
        [turned, other, format!("{document}A"), "/media/".into(), "/media/%00".into(), "/media/../health".into()]
    {
        let answer = owner.file(&strange, &[]).await;
        assert!(answer.bytes().await.is_ok_and(|content| content != PDF), "{strange}");
    }
    drop(web);
    database.drop().await;
}

#[tokio::test]
async fn a_form_without_a_file_is_refused_by_its_field() {
    let database = Database::sqlite();
    let web = Web::start(&database).await;
    let owner = web.sign_up("Rani").await;
    let conversation = conversation(&owner).await;
    let refused = owner.send_file(&conversation, "Halo", "kosong.pdf", b"").await;
    assert_eq!(refused.status(), 422);
    let error: Value = refused.json().await.expect("JSON");
    assert!(error.to_string().contains("\"file\""), "{error}");
    let nowhere = owner.send_file("not an id", "Halo", "harga.pdf", PDF).await;
    assert_eq!(nowhere.status(), 404);
    drop(web);
    database.drop().await;
}
