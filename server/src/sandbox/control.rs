//! The control API of the sandbox.

use crate::{
    Server,
    error::{Error, Result},
    whatsapp::sandbox_phone::answered,
};
use ::sandbox::control::dto;
use anyhow::Context as _;
use domain::{PhoneNumber, error::Refusal};
use reqwest::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

/// A way to the sandbox.
pub(super) struct Control<'a> {
    http: &'a reqwest::Client,
    base_url: &'a str,
}

impl<'a> Control<'a> {
    /// Fails with `NoSandbox`.
    pub fn of(server: &'a Server) -> Result<Self> {
        let base_url = server.sandbox_url().ok_or(Refusal::NoSandbox)?;
        Ok(Self { http: &server.http, base_url })
    }

    /// What stands there; none for what does not exist.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let response = self.http.get(self.url(path)).send().await;
        if is(&response, StatusCode::NOT_FOUND) {
            return Ok(None);
        }
        let answer = answered(response).await?.json().await;
        Ok(Some(answer.context("an answer of the sandbox")?))
    }

    /// Gives something. `refused` knows what a refused field means to whoever asked.
    pub async fn tell(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        refused: impl Fn(&str) -> Option<Refusal>,
    ) -> Result<()> {
        let response = self.http.request(method, self.url(path)).json(body).send().await;
        if is(&response, StatusCode::UNPROCESSABLE_ENTITY) {
            let body = response.context("the sandbox does not answer")?.json::<dto::ErrorBody>().await;
            let body = body.context("an answer of the sandbox")?;
            let known = body.field.as_deref().and_then(refused);
            return Err(
                known.map_or_else(|| anyhow::anyhow!("the sandbox refused: {}", body.error).into(), Error::from)
            );
        }
        if is(&response, StatusCode::NOT_FOUND) {
            return Err(Refusal::SandboxPhoneGone.into());
        }
        answered(response).await.map(|_| ())
    }

    /// Takes something away; whether it was there.
    pub async fn delete(&self, path: &str) -> Result<bool> {
        let response = self.http.delete(self.url(path)).send().await;
        if is(&response, StatusCode::NOT_FOUND) {
            return Ok(false);
        }
        answered(response).await.map(|_| true)
    }

    /// A simulated person.
    ///
    /// Fails with `NotAPerson` where the number has an account.
    pub async fn person(&self, person: &PhoneNumber) -> Result<dto::PersonView> {
        Ok(self.ask(&format!("people/{}", person.digits())).await?.ok_or(Refusal::NotAPerson)?)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/{path}", self.base_url)
    }
}

fn is(response: &reqwest::Result<reqwest::Response>, status: StatusCode) -> bool {
    response.as_ref().is_ok_and(|response| response.status() == status)
}
