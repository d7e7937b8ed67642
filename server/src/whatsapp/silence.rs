//! Why the network does not answer a question.

use std::time::Duration;
use wa_rs::request::IqError;

/// What a question that was not answered says about asking again.
pub enum Silence {
    /// The line is gone: nobody was asked.
    Line,
    /// The network wants not to be asked, for this long if it says so.
    Busy(Option<Duration>),
    /// Something about this question: the code of the network, if it gave one.
    Question(Option<u16>),
}

impl From<&IqError> for Silence {
    fn from(error: &IqError) -> Self {
        match error {
            // What is not for us to know will not be later.
            IqError::ServerError { code: code @ (401 | 403 | 404 | 410), .. } => Self::Question(Some(*code)),
            IqError::ServerError { code, backoff, .. } if matches!(code, 429 | 503) || backoff.is_some() => {
                Self::Busy(backoff.map(|seconds| Duration::from_secs(seconds.into())))
            }
            IqError::ServerError { code, .. } => Self::Question(Some(*code)),
            IqError::NotConnected
            | IqError::Socket(_)
            | IqError::EncryptSend(_)
            | IqError::ClientState(_)
            | IqError::Disconnected(_)
            | IqError::InternalChannelClosed => Self::Line,
            _ => Self::Question(None),
        }
    }
}
