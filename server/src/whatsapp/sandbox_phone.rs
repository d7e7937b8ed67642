//! A phone of the sandbox and what its owner does with it, where nobody has one at hand.

use crate::error::Result;
use anyhow::{Context as _, anyhow};
use domain::PhoneNumber;
use reqwest::StatusCode;
use sandbox::control::dto::{EnterCode, ErrorBody, NewAccount, Scan};

/// Makes a phone with this number in the sandbox at `base_url`. False if it is there already: it stays as it is.
pub async fn add(http: &reqwest::Client, base_url: &str, phone: &PhoneNumber, name: &str) -> Result<bool> {
    let account = NewAccount {
        phone: phone.digits().parse().map_err(|_| anyhow!("the sandbox takes no such phone"))?,
        name: name.to_owned(),
        addressing: Default::default(),
    };
    let response = http.post(format!("{base_url}/api/accounts")).json(&account).send().await;
    if response.as_ref().is_ok_and(|response| response.status() == StatusCode::CONFLICT) {
        return Ok(false);
    }
    answered(response).await?;
    Ok(true)
}

/// Makes a phone that must not be there yet: a device linked to a phone that exists could read what others get.
pub async fn add_new(http: &reqwest::Client, base_url: &str, phone: &PhoneNumber, name: &str) -> Result<()> {
    let is_new = add(http, base_url, phone, name).await?;
    if is_new { Ok(()) } else { Err(anyhow!("a phone of that number is in the sandbox already").into()) }
}

/// Scans a QR code with it. The network may want more than that before it links: it tells the client what.
pub async fn scan(http: &reqwest::Client, base_url: &str, phone: &PhoneNumber, qr: &str) -> Result<()> {
    let scan = Scan { qr: qr.to_owned() };
    let response = http.post(of_account(base_url, phone, "scan")).json(&scan).send().await;
    match response.as_ref().map(reqwest::Response::status) {
        Ok(StatusCode::CONFLICT) => Ok(()),
        _ => answered(response).await.map(|_| ()),
    }
}

/// What came of typing a code.
pub enum Typed {
    Linked,
    /// It is not the code that the client shows, or the client shows none.
    WrongCode,
}

/// Types a code on it.
pub async fn type_code(http: &reqwest::Client, base_url: &str, phone: &PhoneNumber, code: &str) -> Result<Typed> {
    let code = EnterCode { code: code.to_owned() };
    let response = http.post(of_account(base_url, phone, "code")).json(&code).send().await;
    match response.as_ref().map(reqwest::Response::status) {
        Ok(StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT) => Ok(Typed::WrongCode),
        _ => answered(response).await.map(|_| Typed::Linked),
    }
}

fn of_account(base_url: &str, phone: &PhoneNumber, action: &str) -> String {
    format!("{base_url}/api/accounts/{}/{action}", phone.digits())
}

/// The answer, if the sandbox did what it was asked.
pub(crate) async fn answered(response: reqwest::Result<reqwest::Response>) -> Result<reqwest::Response> {
    let response = response.context("the sandbox does not answer")?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let why = response.json::<ErrorBody>().await.map(|body| body.error).unwrap_or_default();
    Err(anyhow!("the sandbox answered {status}: {why}").into())
}
