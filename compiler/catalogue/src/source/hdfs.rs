//! `hdfs`: files of a Hadoop file system.

use super::SourceKind;
use super::common::{DIRECTORY, METADATA, ONE_PATH, OPERATIONS, PATH, PATH_REGEXP};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::file::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "hdfs",
    event_type: "hdfs",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Watches files in a directory of a Hadoop file system, by looking at it now and then.",
};

static BLOCK: Block = Block {
    fields: &[
        DIRECTORY,
        PATH,
        PATH_REGEXP,
        Field::new(
            "type",
            Shape::Joined(&OPERATIONS),
            "What must happen to a file; any of several that are joined by a bar, as in `CREATE|WRITE`.",
        )
        .required(),
        Field::new(
            "addresses",
            Shape::List(&Shape::HostPort { several: false }),
            "Where the name nodes listen.",
        )
        .required(),
        Field::new("checkInterval", Shape::Duration, "How often the directory is looked at.").default("1m"),
        Field::new("hdfsUser", Shape::Text, "The user, when there is no Kerberos."),
        Field::new("krbCCacheSecret", Shape::Secret, "The credentials cache of Kerberos."),
        Field::new("krbKeytabSecret", Shape::Secret, "The keytab of Kerberos."),
        Field::new("krbUsername", Shape::Text, "The principal's user, for a keytab."),
        Field::new("krbRealm", Shape::Text, "The principal's realm, for a keytab."),
        Field::new("krbConfigConfigMap", Shape::ConfigMap, "The configuration of Kerberos, `krb5.conf`."),
        Field::new("krbServicePrincipalName", Shape::Text, "The principal of the name nodes."),
        METADATA,
    ],
    rules: &[
        ONE_PATH,
        Rule::AtLeastOne(&[&["hdfsUser"], &["krbCCacheSecret"], &["krbKeytabSecret"]]),
        Rule::Requires(&["krbKeytabSecret"], "krbUsername"),
        Rule::Requires(&["krbKeytabSecret"], "krbRealm"),
        Rule::Requires(&["krbKeytabSecret"], "krbConfigConfigMap"),
        Rule::Requires(&["krbKeytabSecret"], "krbServicePrincipalName"),
        Rule::Requires(&["krbCCacheSecret"], "krbConfigConfigMap"),
        Rule::Requires(&["krbCCacheSecret"], "krbServicePrincipalName"),
    ],
};
