//! Forms of several fields and a file, as the server reads them.

use crate::error::ApiError;
use domain::{Error, Field, media::MAX_SENT_BYTES};
use server::{Server, media::Upload};
use server_fn::codec::MultipartData;
use std::{collections::HashMap, str::FromStr};

/// Bytes of a field that is no file.
const FIELD_BYTES: usize = 512 * 1024;

/// The fields of a form by their names, and its file.
pub struct Received {
    fields: HashMap<String, String>,
    upload: Option<Upload>,
}

impl Received {
    /// Reads the whole form; its file is called `file`.
    ///
    /// Fails with `TooLarge`, with `Invalid` and the field that is no text or comes twice, and with `Transport`.
    pub async fn read(server: &Server, form: MultipartData) -> Result<Self, ApiError> {
        let mut form = form.into_inner().ok_or_else(missing)?;
        let (mut fields, mut upload) = (HashMap::new(), None);
        while let Some(mut field) = form.next_field().await.map_err(|_| ApiError::Transport)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                // Which of several was meant, nobody knows.
                if upload.is_some() {
                    return Err(Error::field("file", Field::NotAChoice).into());
                }
                let mut file = Upload::begin(server, field.file_name().unwrap_or_default()).map_err(Error::from)?;
                while let Some(chunk) = field.chunk().await.map_err(|_| ApiError::Transport)? {
                    file.write(&chunk).map_err(Error::from)?;
                    if file.bytes() > MAX_SENT_BYTES {
                        return Err(Error::TooLarge { limit_bytes: MAX_SENT_BYTES }.into());
                    }
                }
                upload = Some(file);
                continue;
            }
            let mut value = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|_| ApiError::Transport)? {
                if value.len() + chunk.len() > FIELD_BYTES {
                    return Err(Error::TooLarge { limit_bytes: FIELD_BYTES as u64 }.into());
                }
                value.extend_from_slice(&chunk);
            }
            let value = String::from_utf8(value).map_err(|_| Error::field(&name, Field::NotAChoice))?;
            fields.insert(name, value);
        }
        Ok(Self { fields, upload })
    }

    /// The text of a field; empty when it was not sent.
    pub fn text(&mut self, name: &str) -> String {
        self.fields.remove(name).unwrap_or_default()
    }

    /// What a field names; `NotFound` when it names nothing.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Result<T, ApiError> {
        self.text(name).parse().map_err(|_| Error::NotFound.into())
    }

    /// The file. Fails with `Invalid { file: Required }`.
    pub fn file(self) -> Result<Upload, ApiError> {
        self.upload.ok_or_else(|| missing().into())
    }
}

fn missing() -> Error {
    Error::field("file", Field::Required)
}
