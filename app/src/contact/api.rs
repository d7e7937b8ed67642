//! Server functions of contacts and imports.

use crate::error::ApiError;
use domain::{
    Page,
    contact::{
        ContactView,
        import::{ImportCheck, ImportRow, ImportView},
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

/// Contacts on a page.
pub const PER_PAGE: u32 = 50;

/// An import with what its page shows at this stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedImport {
    pub import: ImportView,
    /// While it is only uploaded.
    pub check: Option<ImportCheck>,
    /// Once the file has been read: rows that were not imported.
    pub problems: Vec<ImportRow>,
}

/// One page of contacts that contain `search`; pages start at 1.
#[server]
pub async fn list_contacts(search: String, page: u32) -> Result<Page<ContactView>, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::View).await?;
    let request = domain::PageRequest { search, page, per_page: PER_PAGE };
    Ok(server::contact::list(&server, &scope, &request).await?)
}

/// The newest imports that were started.
#[server]
pub async fn recent_imports() -> Result<Vec<ImportView>, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ContactWrite).await?;
    Ok(server::contact::import::list(&server, &scope, 5).await?)
}

/// Takes the field `file` of a form and goes to the page that shows what is in it.
#[server(input = MultipartFormData)]
pub async fn upload_contacts(form: MultipartData) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ContactWrite).await?;
    let upload = server::contact::import::upload(&server, &scope, received::file(form).await?).await?;
    leptos_axum::redirect(&format!("/contacts/import/{}", upload.id));
    Ok(())
}

/// An import and, before it is started, what it would do. `mapping` is a list of targets, `phone,name,attribute`; empty
/// for what was recognised.
#[server]
pub async fn open_import(id: String, #[server(default)] mapping: String) -> Result<OpenedImport, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ContactWrite).await?;
    let (id, mapping) = (received::id(&id)?, received::mapping(&mapping)?);
    let import = server::contact::import::get(&server, &scope, id).await?;
    if import.status == domain::contact::import::ImportStatus::Uploaded {
        let check = Some(server::contact::import::check(&server, &scope, id, mapping).await?);
        return Ok(OpenedImport { import, check, problems: Vec::new() });
    }
    let problems = server::contact::import::problems(&server, &scope, id).await?;
    Ok(OpenedImport { import, check: None, problems })
}

/// Starts an import under a mapping.
#[server]
pub async fn start_import(id: String, #[server(default)] mapping: String) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ContactWrite).await?;
    let (id, mapping) = (received::id(&id)?, received::mapping(&mapping)?);
    server::contact::import::start(&server, &scope, id, mapping).await?;
    leptos_axum::redirect(&format!("/contacts/import/{id}"));
    Ok(())
}

/// What browsers send, read and refused with reasons.
#[cfg(feature = "ssr")]
mod received {
    use super::{ApiError, MultipartData};
    use domain::{
        Error, Field, ImportId,
        contact::import::{MAX_FILE_BYTES, Mapping},
    };
    use server::contact::import::Upload;

    /// A browser whose upload is cut off shows no answer at all, so a file that is too large is read (and forgotten) up
    /// to this size before it is refused.
    const MAX_READ_BYTES: u64 = 8 * MAX_FILE_BYTES;

    /// An id that is none leads to the same answer as one that does not exist.
    pub fn id(text: &str) -> Result<ImportId, Error> {
        text.parse().map_err(|_| Error::NotFound)
    }

    pub fn mapping(words: &str) -> Result<Option<Mapping>, Error> {
        if words.is_empty() {
            return Ok(None);
        }
        let targets: Result<_, Error> = words.split(',').map(str::parse).collect();
        targets.map(|targets| Some(Mapping(targets))).map_err(|_| Error::field("mapping", Field::NotAChoice))
    }

    pub async fn file(form: MultipartData) -> Result<Upload, ApiError> {
        let missing = || Error::field("file", Field::Required);
        let mut form = form.into_inner().ok_or_else(missing)?;
        while let Some(mut field) = form.next_field().await.map_err(|_| ApiError::Transport)? {
            if field.name() != Some("file") {
                continue;
            }
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let (mut bytes, mut read) = (Vec::new(), 0_u64);
            while let Some(chunk) = field.chunk().await.map_err(|_| ApiError::Transport)? {
                read += chunk.len() as u64;
                if read <= MAX_FILE_BYTES {
                    bytes.extend_from_slice(&chunk);
                } else if read > MAX_READ_BYTES {
                    break;
                } else {
                    bytes = Vec::new();
                }
            }
            if read > MAX_FILE_BYTES {
                return Err(Error::TooLarge { limit_bytes: MAX_FILE_BYTES }.into());
            }
            // A form sent without choosing a file has a field without name and content.
            if read == 0 && file_name.is_empty() {
                return Err(missing().into());
            }
            return Ok(Upload { file_name, bytes, region: None });
        }
        Err(missing().into())
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use domain::contact::import::ColumnTarget;

        #[test]
        fn a_mapping_is_a_list_of_known_targets() {
            assert_eq!(mapping(""), Ok(None));
            assert_eq!(mapping("phone,name"), Ok(Some(Mapping(vec![ColumnTarget::Phone, ColumnTarget::Name]))));
            assert_eq!(mapping("phone,shoe"), Err(Error::field("mapping", Field::NotAChoice)));
        }
    }
}
