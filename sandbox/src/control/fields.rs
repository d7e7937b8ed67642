//! Reading a request field by field, so that every mistake is told with the field's name.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{Answer, Refusal};
use crate::address::Phone;

/// The fields of a JSON object that were not read yet.
#[derive(Debug)]
pub struct Fields {
    path: String,
    rest: Map<String, Value>,
}

impl Fields {
    /// The fields of `value`, which stands at `path` in the request.
    pub fn of(path: &str, value: Value) -> Answer<Self> {
        match value {
            Value::Object(rest) => Ok(Self { path: path.to_owned(), rest }),
            _ => Err(Refusal::field(if path.is_empty() { "body" } else { path }, "must be a JSON object")),
        }
    }

    /// A field that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &str) -> Answer<T> {
        match self.rest.remove(name) {
            Some(value) => self.read(name, value),
            None => Err(Refusal::field(self.name(name), "is missing")),
        }
    }

    /// A field that may be absent or null.
    pub fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Answer<Option<T>> {
        match self.rest.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => self.read(name, value).map(Some),
        }
    }

    /// A field that may be absent, and where null means something of its own.
    pub fn nullable<T: DeserializeOwned>(&mut self, name: &str) -> Answer<Option<Option<T>>> {
        self.rest.remove(name).map(|value| self.read(name, value)).transpose()
    }

    /// A list of objects, each read by `read`.
    pub fn objects<T>(&mut self, name: &str, read: impl Fn(&mut Fields) -> Answer<T>) -> Answer<Option<Vec<T>>> {
        let Some(list) = self.optional::<Vec<Value>>(name)? else { return Ok(None) };
        let path = self.name(name);
        let one = |(at, value)| {
            let mut fields = Fields::of(&format!("{path}[{at}]"), value)?;
            let item = read(&mut fields)?;
            fields.done().map(|()| item)
        };
        list.into_iter().enumerate().map(one).collect::<Answer<_>>().map(Some)
    }

    /// Nothing may be left.
    pub fn done(self) -> Answer<()> {
        match self.rest.keys().next() {
            Some(unknown) => Err(Refusal::field(self.name(unknown), "is not a field of this request")),
            None => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str, value: Value) -> Answer<T> {
        serde_json::from_value(value).map_err(|error| Refusal::field(self.name(name), error))
    }

    fn name(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A request with a JSON object as its body; no body is an empty object.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let body = axum::body::Bytes::from_request(request, state).await;
        let body = body.map_err(|error| Refusal::new(error.status(), error.body_text()))?;
        if body.is_empty() {
            return Ok(Self { path: String::new(), rest: Map::new() });
        }
        let value = serde_json::from_slice(&body).map_err(|error| Refusal::field("body", error))?;
        Self::of("", value)
    }
}

/// The parameters of a query string, read like fields.
pub struct Query(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        type Pairs = axum::extract::Query<Vec<(String, String)>>;
        let pairs = Pairs::from_request_parts(parts, state).await;
        let pairs = pairs.map_err(|error| Refusal::field("query", error.body_text()))?.0;
        let rest = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Ok(Self(Fields { path: String::new(), rest }))
    }
}

impl Query {
    /// A parameter, parsed from its text. An empty one counts as absent.
    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str, what: &str) -> Answer<Option<T>> {
        let text = self.0.optional::<String>(name)?.filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Refusal::field(name, what))).transpose()
    }

    /// How many are asked for, `most` at the most.
    pub fn limit(&mut self, default: usize, most: usize) -> Answer<usize> {
        let limit = self.parsed("limit", "must be a number")?.unwrap_or(default);
        if !(1..=most).contains(&limit) {
            return Err(Refusal::field("limit", format!("must be between 1 and {most}")));
        }
        Ok(limit)
    }

    /// A phone number.
    pub fn phone(&mut self, name: &str) -> Answer<Option<Phone>> {
        self.parsed(name, &crate::address::InvalidPhone.to_string())
    }
}

/// The phone number in a path.
pub fn phone_in_path(text: &str) -> Answer<Phone> {
    text.parse().map_err(|error| Refusal::field("phone", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(result: Answer<impl std::fmt::Debug>) -> String {
        result.unwrap_err().named_field().unwrap().to_owned()
    }

    #[test]
    fn every_mistake_names_its_field() {
        let fields = |value| Fields::of("", value).unwrap();
        assert_eq!(named(fields(json!({})).required::<String>("phone")), "phone");
        assert_eq!(named(fields(json!({"phone": 5})).required::<String>("phone")), "phone");
        assert_eq!(named(fields(json!({"colour": "red"})).done()), "colour");
        let mut nested = fields(json!({"replies": [{"text": "a"}, {"text": 1}]}));
        assert_eq!(named(nested.objects("replies", |it| it.required::<String>("text"))), "replies[1].text");
        assert_eq!(named(Fields::of("", json!([]))), "body");
    }

    #[test]
    fn null_can_be_told_from_absent() {
        let mut fields = Fields::of("", json!({"a": null, "b": [1, 2]})).unwrap();
        assert_eq!(fields.nullable::<[u8; 2]>("a").unwrap(), Some(None));
        assert_eq!(fields.nullable::<[u8; 2]>("b").unwrap(), Some(Some([1, 2])));
        assert_eq!(fields.nullable::<[u8; 2]>("c").unwrap(), None);
    }
}
