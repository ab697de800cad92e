//! Where calls go: what a URL says, read once.

use super::AGENT;
use super::connector::{Way, Ways};
use base64::Engine as _;
use http::header::{ACCEPT, AUTHORIZATION, HOST, PROXY_AUTHORIZATION, USER_AGENT};
use http::uri::{Scheme, Uri};
use http::{HeaderMap, HeaderValue};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// So many targets are remembered, and none whose URL is longer. A URL with parts of the event in it may never come again.
const MOST: usize = 512;
const LONGEST: usize = 512;

/// A URL cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidUrl(pub(crate) &'static str);

/// Where a URL leads, and what goes along with each request there.
pub struct Target {
    url: Url,
    /// Without name and password, which become a header.
    uri: Uri,
    /// In clear text only: behind TLS it is known with the connection whether there is such a header.
    host: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
    proxy_authorization: Option<HeaderValue>,
}

impl Target {
    pub(super) fn parse(text: &str, ways: &Ways) -> Result<Target, InvalidUrl> {
        let url = Url::parse(text).map_err(|_| InvalidUrl("it is no absolute URL"))?;
        match is_http(&url) && url.has_host() {
            true => Target::new(url, ways),
            false => Err(InvalidUrl("it begins neither with `http://` nor with `https://`")),
        }
    }

    pub(super) fn new(url: Url, ways: &Ways) -> Result<Target, InvalidUrl> {
        let mut bare = url.clone();
        // Neither can fail where there is a host.
        let _ = (bare.set_username(""), bare.set_password(None));
        let misfit = || InvalidUrl("its parts do not fit together");
        let uri: Uri = bare.as_str().parse().map_err(|_| misfit())?;
        let clear = uri.scheme() == Some(&Scheme::HTTP);
        let host = HeaderValue::from_str(&authority(&url)).map_err(|_| misfit())?;
        let proxy_authorization = match ways.to(&uri) {
            // Behind TLS the proxy sees no header but those with which the tunnel is asked for.
            Way::Proxy(proxy) if clear => proxy.basic_auth().cloned(),
            _ => None,
        };
        let authorization = authorization(&url);
        Ok(Target { host: clear.then_some(host), uri, authorization, proxy_authorization, url })
    }

    /// Scheme, host and port: what may be shown.
    pub fn shown(&self) -> String {
        format!("{}://{}", self.url.scheme(), authority(&self.url))
    }

    /// Whether both have the same scheme, host and port.
    pub fn same_origin(&self, other: &Target) -> bool {
        self.url.origin() == other.url.origin()
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// What a location says from here.
    pub(super) fn join(&self, location: &str) -> Option<Url> {
        self.url.join(location).ok().filter(is_http)
    }

    /// Adds what every request there has. What is there already stays.
    pub(super) fn complete(&self, headers: &mut HeaderMap) {
        let own = [
            (HOST, &self.host),
            (AUTHORIZATION, &self.authorization),
            (PROXY_AUTHORIZATION, &self.proxy_authorization),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        headers.entry(USER_AGENT).or_insert(AGENT);
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What name and password in a URL become.
fn authorization(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [decoded(url.username()), b":".to_vec(), decoded(url.password().unwrap_or_default())].concat();
    let text = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The targets of late, by the text of their URL.
#[derive(Default)]
pub(super) struct Targets(Mutex<HashMap<String, Arc<Target>>>);

impl Targets {
    pub(super) fn get(
        &self,
        text: &str,
        make: impl FnOnce() -> Result<Target, InvalidUrl>,
    ) -> Result<Arc<Target>, InvalidUrl> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = known().get(text) {
            return Ok(target.clone());
        }
        let target = Arc::new(make()?);
        if text.len() <= LONGEST {
            let mut known = known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.to_owned(), target.clone());
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::ConnectTo;
    use std::time::Duration;

    fn ways() -> Ways {
        Ways::new(Duration::from_secs(1), ConnectTo::default()).unwrap()
    }

    #[test]
    fn a_target_shows_no_more_than_may_be_shown() {
        let shown = |url: &str| Target::parse(url, &ways()).map(|target| target.shown());
        assert_eq!(shown("http://me:canary@Host.svc:80/canary?canary#canary").unwrap(), "http://host.svc");
        assert_eq!(shown("https://[::1]:444/").unwrap(), "https://[::1]:444");
        for wrong in ["", "a", "/a", "ftp://a", "http://", "mailto:a@b"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_there_already_stays() {
        let target = Target::parse("http://me@host:81/a", &ways()).unwrap();
        assert_eq!(target.uri(), "http://host:81/a");
        let mut headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("other"))]);
        target.complete(&mut headers);
        assert_eq!(headers[HOST], "other");
        assert_eq!(
            (&headers[AUTHORIZATION], &headers[ACCEPT]),
            (&"Basic bWU6".parse().unwrap(), &"*/*".parse().unwrap())
        );
    }

    #[test]
    fn a_url_is_read_once_and_not_all_are_remembered() {
        let (targets, ways) = (Targets::default(), ways());
        let get = |url: &str| targets.get(url, || Target::parse(url, &ways)).unwrap();
        let first = get("http://host/");
        assert!(Arc::ptr_eq(&first, &get("http://host/")));
        let long = format!("http://host/{}", "a".repeat(LONGEST));
        assert!(!Arc::ptr_eq(&get(&long), &get(&long)));
        for n in 0..3 * MOST {
            get(&format!("http://host/{n}"));
            assert!(targets.0.lock().unwrap().len() <= MOST);
        }
        assert!(!Arc::ptr_eq(&first, &get("http://host/")));
        assert!(targets.get("a", || Target::parse("a", &ways)).is_err());
    }
}
