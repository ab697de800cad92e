//! Fields that several kinds share.

use crate::field::{Field, Shape};

pub(super) const METADATA: Field =
    Field::new("metadata", Shape::Map(&Shape::Text), "Text by name that every event of this source carries.");

pub(super) const ENDPOINT: Field =
    Field::new("endpoint", Shape::Endpoint, "The path that requests are sent to.").required();

pub(super) const PORT: Field =
    Field::new("port", Shape::Port, "The port that is listened on; several endpoints may share one.")
        .required();

pub(super) const SERVER_CERT: Field =
    Field::new("serverCertSecret", Shape::Secret, "The certificate to serve HTTPS with, in PEM.");

pub(super) const SERVER_KEY: Field =
    Field::new("serverKeySecret", Shape::Secret, "The key of that certificate, in PEM.");

pub(super) const AUTH: Field = Field::new(
    "authSecret",
    Shape::Secret,
    "The token that a request must bring as `Authorization: Bearer …`; otherwise it is refused with 401.",
);

pub(super) const JSON_BODY: Field =
    Field::new("jsonBody", Shape::Bool, "Whether the body is JSON; otherwise it becomes base64 text.")
        .default("false");

pub(super) const MAX_PAYLOAD: Field =
    Field::new("maxPayloadSize", Shape::Bytes, "The longest request body that is taken.").default("1Mi");
