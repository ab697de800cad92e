//! `verify: hmac { … }`: how requests show whom they come from.

use super::fields::Braces;
use super::{Check, bare};
use crate::diagnostics::problems::{kinds, types as type_problems};
use crate::syntax::ast::{Block, Entry, EventBody, Source};
use crate::types::declared::constant_text;
use aev_catalogue::{HMAC, SourceKind, VERIFY};
use aev_plan::json::Json;
use aev_plan::model::{Encoding, HashName, Hmac, SecretRef, Verify};

impl<'a> Check<'a> {
    /// The signature that requests of an event have; none when they need none, or where a mistake was reported.
    pub(super) fn verified(
        &mut self,
        source: &Source,
        body: &'a EventBody,
        kind: &'static SourceKind,
    ) -> Option<Verify> {
        let block = body.block.as_ref()?;
        let name = format!("`{}`", kind.name);
        if !kind.http {
            self.no_verify(block, &name, kind.block);
            return None;
        }
        self.other_method(block);
        // That a source of somebody else has fields is one mistake.
        let written = block.verify.as_ref().filter(|_| !source.external)?;
        self.supported(written.span, VERIFY.name, VERIFY.targets);
        let before = self.reports.errors();
        let config = self.constants(&Braces::of(&written.object, written.method.span, "`hmac`"), &HMAC);
        if let Some(header) = config.get("header").and_then(Json::as_str)
            && !header.is_empty()
            && !aev_plan::header::is_name(header)
            && let Some(place) = value_of(&written.object.entries, "header")
        {
            let at = self.reports.at(place);
            self.reports.add(type_problems::bad_header_name(at, header));
        }
        if value(block, "method").as_deref() == Some("GET") {
            let at = self.reports.at(written.span);
            self.reports.add(kinds::nothing_signed(at));
        }
        if self.reports.errors() != before {
            return None;
        }
        let text = |name: &str| config.get(name).and_then(Json::as_str);
        let secret = config.get("secret")?;
        let part = |name: &str| Some(secret.get(name)?.as_str()?.to_owned());
        let hmac = Hmac {
            header: text("header")?.to_owned(),
            algorithm: match text("algorithm")? {
                "sha1" => HashName::Sha1,
                "sha256" => HashName::Sha256,
                _ => HashName::Sha512,
            },
            secret: SecretRef { name: part("name")?, key: part("key")? },
            prefix: text("prefix").unwrap_or_default().to_owned(),
            encoding: if text("encoding") == Some("base64") { Encoding::Base64 } else { Encoding::Hex },
        };
        Some(Verify { hmac, origin: self.reports.origin(written.span) })
    }

    /// `verify` with something that is not `hmac { … }`.
    fn other_method(&mut self, block: &'a Block) {
        for entry in &block.entries {
            let Entry::Field(field) = entry else { continue };
            if field.key.value == VERIFY.name && !self.excused(&field.value) {
                let at = self.reports.at(field.value.span);
                self.reports.add(type_problems::wrong_shape(at, "`hmac { … }`"));
            }
        }
    }
}

/// Where the value of a field stands.
fn value_of(entries: &[Entry], name: &str) -> Option<crate::syntax::ast::Span> {
    entries.iter().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == name => Some(bare(&field.value).span),
        _ => None,
    })
}

/// The text of a field that is one.
fn value(block: &Block, name: &str) -> Option<String> {
    block.entries.iter().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == name => constant_text(&field.value),
        _ => None,
    })
}
