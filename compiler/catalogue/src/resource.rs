//! Where a Kubernetes object comes from that does not stand in the file.

use crate::field::{Block, Field, Rule, Shape, Values};
use crate::source::github::APP;
use crate::target::{Support, Targets};

/// A place behind `from`.
#[derive(Debug, PartialEq)]
pub struct Location {
    /// As written, which is as in Argo.
    pub name: &'static str,
    /// What stands in the braces, or in the parentheses in this order.
    pub block: &'static Block,
    /// A plain sentence.
    pub doc: &'static str,
}

/// All places.
pub static LOCATIONS: &[Location] = &[
    Location {
        name: "configmap",
        block: &CONFIGMAP,
        doc: "A member of a ConfigMap in the namespace of the sensor.",
    },
    Location { name: "file", block: &FILE, doc: "A file in the sensor's container." },
    Location { name: "git", block: &GIT, doc: "A file of a Git repository." },
    Location { name: "inline", block: &INLINE, doc: "YAML that stands in the file." },
    Location { name: "s3", block: &S3, doc: "An object in a bucket." },
    Location { name: "url", block: &URL, doc: "What an address answers with, up to 512 KiB." },
];

/// The place of that name.
pub fn location(name: &str) -> Option<&'static Location> {
    LOCATIONS.iter().find(|location| location.name == name)
}

/// The pod has the volume of one ConfigMap, so it is a constant.
static CONFIGMAP: Block = Block {
    fields: &[
        Field::new("name", Shape::ObjectName, "The name of the ConfigMap.").required(),
        Field::new("key", Shape::Text, "The key within it.").required(),
    ],
    rules: &[],
};

static FILE: Block = Block {
    fields: &[Field::new("path", Shape::AbsolutePath, "The path of the file.")
        .required()
        .takes(Values::Text)],
    rules: &[],
};

static INLINE: Block =
    Block { fields: &[Field::new("text", Shape::Text, "The YAML.").required()], rules: &[] };

static URL: Block = Block {
    fields: &[
        Field::new("path", Shape::Url(&["http", "https"]), "The address.").required().takes(Values::Text),
        Field::new("verifyCert", Shape::Bool, "Whether the certificate of the server is checked.")
            .default("false"),
    ],
    rules: &[],
};

static S3: Block = Block {
    fields: &[
        Field::new("endpoint", Shape::HostPort { several: false }, "Where the server listens.")
            .required()
            .takes(Values::Text),
        Field::new("bucket", Shape::Record(&BUCKET), "The bucket, and the key of the object.").required(),
        Field::new("region", Shape::Text, "The region.").takes(Values::Text),
        Field::new("insecure", Shape::Bool, "The connection is not secured; otherwise it is, with TLS.")
            .default("false"),
        Field::new("accessKey", Shape::Secret, "The access key.").required(),
        Field::new("secretKey", Shape::Secret, "The secret key.").required(),
        Field::new("caCertificate", Shape::Secret, "The certificate of the authority; it has no effect.")
            .on(Targets { argo: CERTIFICATE, runtime: Support::NotYet }),
    ],
    rules: &[],
};

/// Argo Events reads it for its sources alone.
const CERTIFICATE: Support = Support::Ignored(
    "`caCertificate` has no effect where an object is read: the system's certificates count",
);

static BUCKET: Block = Block {
    fields: &[
        Field::new("name", Shape::Text, "The bucket.").required().takes(Values::Text),
        Field::new("key", Shape::Text, "The key of the object.").required().takes(Values::Text),
    ],
    rules: &[],
};

static GIT: Block = Block {
    fields: &[
        Field::new("url", Shape::Text, "The address of the repository.").required().takes(Values::Text),
        Field::new("filePath", Shape::RelativePath, "The path of the file in the repository.")
            .required()
            .takes(Values::Text),
        Field::new("branch", Shape::Text, "The branch.").default("\"master\"").takes(Values::Text),
        Field::new("tag", Shape::Text, "The tag; it comes before the branch.").takes(Values::Text),
        Field::new("ref", Shape::Text, "The reference; it comes before the tag.").takes(Values::Text),
        Field::new(
            "cloneDirectory",
            Shape::AbsolutePath,
            "Where the clone is kept; without it a new directory.",
        ),
        Field::new("creds", Shape::Record(&CREDS), "User and password."),
        Field::new("githubApp", Shape::Record(&APP), "The GitHub app that reads it."),
        Field::new("sshKeySecret", Shape::Secret, "The private key for SSH, with the user `git`."),
        Field::new("insecureIgnoreHostKey", Shape::Bool, "Whether any host key is believed.")
            .default("false"),
        Field::new("remote", Shape::Record(&REMOTE), "A remote that is added to the clone and fetched."),
    ],
    rules: &[Rule::AtMostOne(&[&["creds"], &["githubApp"], &["sshKeySecret"]])],
};

static CREDS: Block = Block {
    fields: &[
        Field::new("username", Shape::Secret, "The user.").required(),
        Field::new("password", Shape::Secret, "The password, or a token.").required(),
    ],
    rules: &[],
};

static REMOTE: Block = Block {
    fields: &[
        Field::new("name", Shape::Text, "The name of the remote.").required(),
        Field::new("urls", Shape::List(&Shape::Text), "Its addresses.").required(),
    ],
    rules: &[],
};
