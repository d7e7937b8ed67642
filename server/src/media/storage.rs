//! Where files are kept: on the disk, or in a bucket.

use super::Variant;
use crate::{
    config::{BucketSettings, Config},
    error::{Error, Result},
};
use anyhow::Context as _;
use bytes::Bytes;
use domain::{MediaId, TenantId};
use futures::{StreamExt as _, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, buffered::BufWriter,
    local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use std::{fs::File, ops::Range, path::PathBuf, sync::Arc};
use tokio::io::AsyncWriteExt as _;

/// The store of files, and a folder for those that are on their way to it. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    scratch: PathBuf,
}

impl Storage {
    /// The bucket of the configuration, or `media/` of the data folder. Connects to nothing yet.
    pub fn open(config: &Config) -> Result<Self> {
        let dir = config.data_dir.join("media");
        let scratch = dir.join("scratch");
        std::fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
        let store: Arc<dyn ObjectStore> = match &config.media {
            Some(settings) => bucket(settings)?,
            None => {
                let disk = LocalFileSystem::new_with_prefix(&dir).map_err(anyhow::Error::from)?;
                Arc::new(disk.with_fsync(true).with_automatic_cleanup(true))
            }
        };
        Ok(Self { store, scratch })
    }

    /// Whether the store can be written to, read and cleared.
    pub async fn check(&self) -> Result<()> {
        let path = Path::from("check");
        let check = async {
            self.store.put(&path, Bytes::from_static(b"sapa").into()).await?;
            self.store.get(&path).await?.bytes().await?;
            self.store.delete(&path).await
        };
        Ok(check.await.map_err(anyhow::Error::from)?)
    }

    /// A file without a name, for what is not yet looked at: it is gone when it is closed, also by a crash.
    pub(crate) fn scratch(&self) -> Result<File> {
        Ok(tempfile::tempfile_in(&self.scratch)?)
    }

    pub(super) async fn put(&self, tenant: TenantId, media: MediaId, variant: Variant, content: Bytes) -> Result<()> {
        self.store.put(&path(tenant, media, variant), content.into()).await.map_err(anyhow::Error::from)?;
        Ok(())
    }

    /// From where the file stands to its end, in parts.
    pub(super) async fn put_file(&self, tenant: TenantId, media: MediaId, file: File) -> Result<()> {
        let mut writer = BufWriter::new(self.store.clone(), path(tenant, media, Variant::Whole));
        let copied = tokio::io::copy(&mut tokio::fs::File::from_std(file), &mut writer).await;
        if let Err(error) = copied {
            let _ = writer.abort().await;
            return Err(error.into());
        }
        Ok(writer.shutdown().await?)
    }

    /// `NotFound` when it is not there.
    pub(super) async fn get(
        &self,
        tenant: TenantId,
        media: MediaId,
        variant: Variant,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, anyhow::Result<Bytes>>> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&path(tenant, media, variant), options).await {
            Ok(found) => Ok(found.into_stream().map(|part| part.map_err(anyhow::Error::from)).boxed()),
            Err(object_store::Error::NotFound { .. }) => Err(Error::Domain(domain::Error::NotFound)),
            Err(error) => Err(anyhow::Error::from(error).into()),
        }
    }

    /// The whole file in a scratch file, at its beginning.
    pub(crate) async fn fetch(&self, tenant: TenantId, media: MediaId) -> Result<File> {
        let mut content = self.get(tenant, media, Variant::Whole, None).await?;
        let mut file = tokio::fs::File::from_std(self.scratch()?);
        while let Some(part) = content.next().await {
            file.write_all(&part?).await?;
        }
        file.flush().await?;
        let mut file = file.into_std().await;
        std::io::Seek::rewind(&mut file)?;
        Ok(file)
    }

    /// Nothing when it is not there.
    pub(super) async fn delete(&self, tenant: TenantId, media: MediaId) -> anyhow::Result<()> {
        for variant in [Variant::Whole, Variant::Preview] {
            match self.store.delete(&path(tenant, media, variant)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

fn bucket(settings: &BucketSettings) -> Result<Arc<dyn ObjectStore>> {
    let mut builder = AmazonS3Builder::new()
        .with_url(&settings.url)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(&settings.secret_access_key);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    let folder = settings.url.splitn(4, '/').nth(3).unwrap_or_default();
    let store = builder.build().map_err(anyhow::Error::from).context("media.url (SAPA_MEDIA_URL)")?;
    Ok(Arc::new(PrefixStore::new(store, Path::from(folder))))
}

fn path(tenant: TenantId, media: MediaId, variant: Variant) -> Path {
    let ending = match variant {
        Variant::Whole => "",
        Variant::Preview => ".preview",
    };
    Path::from(format!("{tenant}/{media}{ending}"))
}
