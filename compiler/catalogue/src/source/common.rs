//! Fields that several kinds share.

use crate::field::{Block, Field, Names, Rule, Shape};
use crate::option::BACKOFF;

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

pub(crate) const CONNECTION_BACKOFF: Field =
    Field::new("connectionBackoff", Shape::Record(&BACKOFF), "The pauses between attempts to connect.");

/// An address of the web.
pub(super) const WEB_ADDRESS: Shape = Shape::Url(&["http", "https"]);

/// A pair of certificate and key.
pub(super) const PAIRED: &[Rule] = &[Rule::AllOrNone(&["serverCertSecret", "serverKeySecret"])];

/// Where somebody else's webhooks arrive.
pub(super) const HOOK: Field =
    Field::new("webhook", Shape::Record(&ARRIVES), "Where requests arrive.").required();

static ARRIVES: Block = Block { fields: &ARRIVES_FIELDS, rules: PAIRED };

static ARRIVES_FIELDS: [Field; 9] = hook_fields(WEB_ADDRESS);

/// The fields of such a place, where the address from outside has this shape.
pub(super) const fn hook_fields(address: Shape) -> [Field; 9] {
    [
        ENDPOINT,
        PORT,
        Field::new("method", Shape::Enum(&["POST"]), "Requests always come with POST.").default("\"POST\""),
        Field::new("url", address, "The address under which others reach this pod, without the endpoint."),
        AUTH,
        MAX_PAYLOAD,
        METADATA,
        SERVER_CERT,
        SERVER_KEY,
    ]
}

pub(super) const DELETE_HOOK: Field = Field::new(
    "deleteHookOnFinish",
    Shape::Bool,
    "Whether registered hooks are removed when the source stops.",
)
.default("false");

/// What can happen to a file, in the order in which Argo Events joins several.
pub(super) static OPERATIONS: Names = Names {
    owner: "a file system",
    what: "operation",
    values: &["CHMOD", "CREATE", "REMOVE", "RENAME", "WRITE"],
    all: None,
    hint: "the operations are `CREATE`, `WRITE`, `REMOVE`, `RENAME` and `CHMOD`",
};

pub(super) const DIRECTORY: Field = Field::new(
    "directory",
    Shape::AbsolutePath,
    "The directory; ends with a slash, since Argo Events puts it and the path together as they are.",
)
.required();

pub(super) const PATH: Field =
    Field::new("path", Shape::RelativePath, "The one file that is watched, within the directory.");

pub(super) const PATH_REGEXP: Field = Field::new(
    "pathRegexp",
    Shape::Pattern,
    "What the path of a file must match, anywhere in what follows the directory.",
);

pub(super) const ONE_PATH: Rule = Rule::ExactlyOne(&[&["path"], &["pathRegexp"]]);

/// Which files are watched.
pub(super) static WATCHED: Block = Block { fields: &[DIRECTORY, PATH, PATH_REGEXP], rules: &[ONE_PATH] };

pub(crate) const REGION: Field = Field::new("region", Shape::Text, "The region at AWS.").required();

pub(crate) const ACCESS_KEY: Field =
    Field::new("accessKey", Shape::Secret, "The access key; without it the pod's own identity is used.");

pub(crate) const SECRET_KEY: Field = Field::new("secretKey", Shape::Secret, "The secret key.");

pub(crate) const KEYS: Rule = Rule::AllOrNone(&["accessKey", "secretKey"]);

pub(crate) const ROLE: Field = Field::new("roleARN", Shape::Text, "The ARN of a role that is taken on.");

pub(super) const ENDPOINT_URL: Field =
    Field::new("endpoint", WEB_ADDRESS, "The address of a server that speaks as AWS does.");

pub(super) const HOST: Field =
    Field::new("hostAddress", Shape::HostPort { several: false }, "Where the server listens.").required();

pub(super) const DATABASE: Field =
    Field::new("db", Shape::Int { min: 0, max: i32::MAX as i64 }, "The number of the database.").default("0");

pub(super) const USERNAME: Field = Field::new("username", Shape::Text, "The user.");

pub(super) const PASSWORD: Field = Field::new("password", Shape::Secret, "The password.");
