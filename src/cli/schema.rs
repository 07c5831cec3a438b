//! `callset schema`: JSON Schemas of the input and output of commands, made from the tables of fields and of the
//! configuration.

use super::exit::{Said, array, object};
use crate::model::json::string;
use crate::model::{Field, Kind, Resource};
use crate::store::config::{ConfigKey, ConfigScope, KEYS};
use clap::{Args, ValueEnum};

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaKind {
    /// The file that `apply` takes.
    Apply,
    /// config.toml.
    Config,
    /// What `--json` prints.
    Output,
}

/// Options of `schema`.
#[derive(Clone, Debug, Args)]
pub struct SchemaOf {
    /// apply, config or output
    #[arg(value_name = "WHAT", value_enum, hide_possible_values = true)]
    what: SchemaKind,
}

impl SchemaOf {
    /// The schema, in one line.
    pub fn said(&self) -> Said {
        Said::printed(vec![match self.what {
            SchemaKind::Apply => apply(),
            SchemaKind::Config => configuration(),
            SchemaKind::Output => output(),
        }])
    }
}

const DIALECT: (&str, &str) = ("$schema", "\"https://json-schema.org/draft/2020-12/schema\"");

fn typed(name: &str) -> String {
    object(&[("type", string(name))])
}

fn of_type(names: &[&str]) -> String {
    object(&[("type", array(names.iter().map(|name| string(name))))])
}

fn field(field: &Field) -> String {
    let mut members = vec![("description", string(field.help))];
    match field.kind {
        Kind::Text => members.push(("type", string("string"))),
        Kind::Url => members.extend([("type", string("string")), ("format", string("uri"))]),
        Kind::Integer => members.extend([
            ("type", string("integer")),
            ("minimum", i32::MIN.to_string()),
            ("maximum", i32::MAX.to_string()),
        ]),
        Kind::Switch => members.push(("type", string("boolean"))),
        Kind::Time => members.extend([("type", string("string")), ("readOnly", "true".to_owned())]),
        Kind::Json => {}
    }
    object(&members)
}

fn fields(resource: Resource) -> Vec<(String, String)> {
    resource.fields().iter().map(|of| (of.id.key.to_string(), field(of))).collect()
}

fn resource(of: Resource) -> String {
    let properties = object(&fields(of));
    let types = array([string("object"), string("null")]);
    object(&[("type", types), ("description", string(of.label())), ("properties", properties)])
}

fn app() -> String {
    object(&[("type", string("integer")), ("minimum", "1".to_owned()), ("maximum", i32::MAX.to_string())])
}

fn apply() -> String {
    let mut properties =
        vec![("app_id".to_owned(), app()), ("schema".to_owned(), object(&[("const", "1".to_owned())]))];
    properties.push(("profile".to_owned(), of_type(&["string", "null"])));
    properties.extend(Resource::ALL.map(|of| (of.name().to_owned(), resource(of))));
    properties.extend(fields(Resource::Settings));
    object(&[
        (DIALECT.0, DIALECT.1.to_owned()),
        ("title", string("A file for callset apply")),
        ("type", string("object")),
        ("properties", object(&properties)),
    ])
}

fn output() -> String {
    let strings = || object(&[("type", string("array")), ("items", typed("string"))]);
    let objects = || object(&[("type", string("array")), ("items", typed("object"))]);
    let schema = ("schema", object(&[("const", "1".to_owned())]));
    let with = |members: &[(&'static str, String)]| object(&[std::slice::from_ref(&schema), members].concat());
    let written = object(&[
        schema.clone(),
        ("outcome", object(&[("enum", array(["saved", "unchanged", "differs", "planned", "unknown"].map(string)))])),
        ("changed", strings()),
        ("before", typed("object")),
        ("after", typed("object")),
        ("differs", typed("object")),
        ("updated_at", of_type(&["string", "null"])),
        ("took_ms", of_type(&["integer", "null"])),
    ]);
    let mut read = vec![schema.clone(), ("app_id", app()), ("profile", of_type(&["string", "null"]))];
    read.extend(Resource::ALL.map(|of| (of.name(), resource(of))));
    let error = object(&[
        ("kind", typed("string")),
        ("status", typed("integer")),
        ("message", typed("string")),
        ("scopes", strings()),
        ("fields", typed("object")),
        ("correlation_id", of_type(&["string", "null"])),
        ("retryable", typed("boolean")),
    ]);
    let required = |names: &[&str]| array(names.iter().map(|name| string(name)));
    let error = object(&[
        ("type", string("object")),
        ("properties", error),
        ("required", required(&["kind", "message", "retryable"])),
    ]);
    let change = object(&[
        ("at", of_type(&["string", "null"])),
        ("resource", typed("string")),
        ("changed", typed("object")),
        ("updated_at", of_type(&["string", "null"])),
    ]);
    let shape = |title: &str, properties: String, needed: &[&str]| {
        object(&[
            ("title", string(title)),
            ("type", string("object")),
            ("properties", properties),
            ("required", required(needed)),
        ])
    };
    object(&[
        (DIALECT.0, DIALECT.1.to_owned()),
        ("title", string("What callset prints with --json")),
        (
            "anyOf",
            array([
                shape("get", object(&read), &["schema", "app_id", "profile"]),
                shape("set, apply, create, delete, diff, restore", written, &["schema", "outcome", "changed"]),
                shape("a failure", object(&[schema.clone(), ("error", error)]), &["schema", "error"]),
                shape("a line of watch", change, &["at", "resource", "changed"]),
                shape(
                    "settle",
                    with(&[("outcome", typed("string")), ("earlier", objects()), ("others", objects())]),
                    &["schema", "outcome", "earlier", "others"],
                ),
                shape("history", with(&[("history", objects())]), &["schema", "history"]),
                shape("history show", with(&[("save", typed("object"))]), &["schema", "save"]),
                shape("draft", with(&[("drafts", objects())]), &["schema", "drafts"]),
                shape("draft show", with(&[("draft", typed("object"))]), &["schema", "draft"]),
                shape("draft discard", with(&[("discarded", typed("string"))]), &["schema", "discarded"]),
                shape("curl", with(&[("curl", strings())]), &["schema", "curl"]),
                shape("override", with(&[("override", typed("string"))]), &["schema", "override"]),
                shape(
                    "doctor, profile test",
                    with(&[("outcome", typed("string")), ("findings", objects())]),
                    &["schema", "outcome", "findings"],
                ),
                shape(
                    "auth status",
                    with(&[("source", typed("string")), ("kind", typed("string")), ("host", typed("string"))]),
                    &["schema", "source", "kind", "host"],
                ),
                shape("profile list", with(&[("profiles", objects())]), &["schema", "profiles"]),
                shape("profile show", with(&[("profile", typed("object"))]), &["schema", "profile"]),
            ]),
        ),
    ])
}

/// The JSON Schema type of a configuration key, derived from the words of its reference.
fn takes(words: &str) -> Vec<(&'static str, String)> {
    match words {
        "true, false" => vec![("type", string("boolean"))],
        "1" => vec![("const", "1".to_owned())],
        "1 to 2147483647" => vec![("type", string("integer"))],
        "tables" => vec![("type", string("object"))],
        words if words.starts_with("a list") => vec![("type", string("array")), ("items", typed("string"))],
        words if words.split(", ").all(is_word) => {
            vec![("enum", array(words.split(", ").map(string)))]
        }
        _ => vec![("type", string("string"))],
    }
}

fn is_word(text: &str) -> bool {
    !text.contains(' ')
}

fn configuration() -> String {
    let key = |key: &ConfigKey| {
        let mut members = takes(key.takes);
        members.push(("description", string(key.meaning)));
        (key.name, members)
    };
    let of = |scope: ConfigScope| KEYS.iter().filter(move |key| key.scope == scope).map(key);
    let profile: Vec<_> = of(ConfigScope::Profile).map(|(name, members)| (name, object(&members))).collect();
    let profile = object(&[
        ("type", string("object")),
        ("properties", object(&profile)),
        ("required", array([string("app_id")])),
        ("additionalProperties", "false".to_owned()),
    ]);
    let preset = object(&[("type", string("object")), ("properties", object(&fields(Resource::Settings)))]);
    let top: Vec<_> = of(ConfigScope::Top)
        .map(|(name, mut members)| {
            match name {
                "profiles" => members.push(("additionalProperties", profile.clone())),
                "presets" => members.push(("additionalProperties", preset.clone())),
                _ => {}
            }
            (name, object(&members))
        })
        .collect();
    object(&[
        (DIALECT.0, DIALECT.1.to_owned()),
        ("title", string("callset's config.toml")),
        ("type", string("object")),
        ("properties", object(&top)),
        ("additionalProperties", "false".to_owned()),
    ])
}
