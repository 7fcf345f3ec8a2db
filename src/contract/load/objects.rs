//! The objects of OpenAPI: which keys each has, since which version, and what stands under them. Data, from the tables of
//! OpenAPI 3.0.4, 3.1.1 and 3.2.0.

use Under::{Any, List, Map, Obj, Schema, SchemaMap};

/// What stands under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// Nothing that is looked at.
    Any,
    /// One object.
    Obj(Kind),
    /// Objects in a list.
    List(Kind),
    /// Objects by name.
    Map(Kind),
    /// A schema.
    Schema,
    /// Schemas by name.
    SchemaMap,
}

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    SecurityScheme,
    Flows,
    Flow,
    Discriminator,
    Xml,
}

/// A key of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The minor version of OpenAPI 3 that brought it.
    pub(super) since: u8,
    pub(super) under: Under,
}

const fn key(name: &'static str, under: Under) -> Field {
    Field { name, since: 0, under }
}

const fn new(name: &'static str, since: u8, under: Under) -> Field {
    Field { name, since, under }
}

impl Kind {
    /// What it is called, with its article.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Document => "an OpenAPI document",
            Self::Info => "`info`",
            Self::Contact => "a contact",
            Self::License => "a license",
            Self::Server => "a server",
            Self::ServerVariable => "a server's variable",
            Self::Components => "`components`",
            Self::Paths => "`paths`",
            Self::PathItem => "a path",
            Self::Operation => "an operation",
            Self::ExternalDocs => "external documentation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Responses => "`responses`",
            Self::Response => "a response",
            Self::Callback => "a callback",
            Self::Example => "an example",
            Self::Link => "a link",
            Self::Header => "a header",
            Self::Tag => "a tag",
            Self::SecurityScheme => "a security scheme",
            Self::Flows => "`flows`",
            Self::Flow => "a flow",
            Self::Discriminator => "a discriminator",
            Self::Xml => "`xml`",
        }
    }

    /// What every key stands for that is not one of the object's own; nothing where there must be no others.
    pub(super) const fn others(self) -> Option<Under> {
        match self {
            Self::Paths | Self::Callback => Some(Obj(Self::PathItem)),
            Self::Responses => Some(Obj(Self::Response)),
            _ => None,
        }
    }

    /// Whether what it says is a promise, or leads to one.
    pub(super) const fn promises(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::Components
                | Self::PathItem
                | Self::Operation
                | Self::Parameter
                | Self::RequestBody
                | Self::MediaType
                | Self::Encoding
                | Self::Response
                | Self::Header
        )
    }

    /// Whether a `$ref` may stand in its place.
    pub(super) const fn may_refer(self) -> bool {
        matches!(
            self,
            Self::PathItem
                | Self::Operation
                | Self::Parameter
                | Self::RequestBody
                | Self::MediaType
                | Self::Response
                | Self::Callback
                | Self::Example
                | Self::Link
                | Self::Header
                | Self::SecurityScheme
        )
    }

    /// Its keys.
    pub(super) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Document => DOCUMENT,
            Self::Info => INFO,
            Self::Contact => CONTACT,
            Self::License => LICENSE,
            Self::Server => SERVER,
            Self::ServerVariable => SERVER_VARIABLE,
            Self::Components => COMPONENTS,
            Self::Paths | Self::Responses | Self::Callback => &[],
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::Parameter => PARAMETER,
            Self::RequestBody => REQUEST_BODY,
            Self::MediaType => MEDIA_TYPE,
            Self::Encoding => ENCODING,
            Self::Response => RESPONSE,
            Self::Example => EXAMPLE,
            Self::Link => LINK,
            Self::Header => HEADER,
            Self::Tag => TAG,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::Flows => FLOWS,
            Self::Flow => FLOW,
            Self::Discriminator => DISCRIMINATOR,
            Self::Xml => XML,
        }
    }
}

const DOCUMENT: &[Field] = &[
    key("openapi", Any),
    key("info", Obj(Kind::Info)),
    key("servers", List(Kind::Server)),
    key("paths", Obj(Kind::Paths)),
    key("components", Obj(Kind::Components)),
    key("security", Any),
    key("tags", List(Kind::Tag)),
    key("externalDocs", Obj(Kind::ExternalDocs)),
    new("jsonSchemaDialect", 1, Any),
    new("webhooks", 1, Map(Kind::PathItem)),
    new("$self", 2, Any),
];
const INFO: &[Field] = &[
    key("title", Any),
    key("description", Any),
    key("termsOfService", Any),
    key("contact", Obj(Kind::Contact)),
    key("license", Obj(Kind::License)),
    key("version", Any),
    new("summary", 1, Any),
];
const CONTACT: &[Field] = &[key("name", Any), key("url", Any), key("email", Any)];
const LICENSE: &[Field] = &[key("name", Any), key("url", Any), new("identifier", 1, Any)];
const SERVER: &[Field] =
    &[key("url", Any), key("description", Any), key("variables", Map(Kind::ServerVariable)), new("name", 2, Any)];
const SERVER_VARIABLE: &[Field] = &[key("enum", Any), key("default", Any), key("description", Any)];
const COMPONENTS: &[Field] = &[
    key("schemas", SchemaMap),
    key("responses", Map(Kind::Response)),
    key("parameters", Map(Kind::Parameter)),
    key("examples", Map(Kind::Example)),
    key("requestBodies", Map(Kind::RequestBody)),
    key("headers", Map(Kind::Header)),
    key("securitySchemes", Map(Kind::SecurityScheme)),
    key("links", Map(Kind::Link)),
    key("callbacks", Map(Kind::Callback)),
    new("pathItems", 1, Map(Kind::PathItem)),
    new("mediaTypes", 2, Map(Kind::MediaType)),
];
const PATH_ITEM: &[Field] = &[
    key("$ref", Any),
    key("summary", Any),
    key("description", Any),
    key("get", Obj(Kind::Operation)),
    key("put", Obj(Kind::Operation)),
    key("post", Obj(Kind::Operation)),
    key("delete", Obj(Kind::Operation)),
    key("options", Obj(Kind::Operation)),
    key("head", Obj(Kind::Operation)),
    key("patch", Obj(Kind::Operation)),
    key("trace", Obj(Kind::Operation)),
    key("servers", List(Kind::Server)),
    key("parameters", List(Kind::Parameter)),
    new("query", 2, Obj(Kind::Operation)),
    new("additionalOperations", 2, Map(Kind::Operation)),
];
const OPERATION: &[Field] = &[
    key("tags", Any),
    key("summary", Any),
    key("description", Any),
    key("externalDocs", Obj(Kind::ExternalDocs)),
    key("operationId", Any),
    key("parameters", List(Kind::Parameter)),
    key("requestBody", Obj(Kind::RequestBody)),
    key("responses", Obj(Kind::Responses)),
    key("callbacks", Map(Kind::Callback)),
    key("deprecated", Any),
    key("security", Any),
    key("servers", List(Kind::Server)),
];
const EXTERNAL_DOCS: &[Field] = &[key("description", Any), key("url", Any)];
const PARAMETER: &[Field] = &[
    key("name", Any),
    key("in", Any),
    key("description", Any),
    key("required", Any),
    key("deprecated", Any),
    key("allowEmptyValue", Any),
    key("style", Any),
    key("explode", Any),
    key("allowReserved", Any),
    key("schema", Schema),
    key("example", Any),
    key("examples", Map(Kind::Example)),
    key("content", Map(Kind::MediaType)),
];
const REQUEST_BODY: &[Field] = &[key("description", Any), key("content", Map(Kind::MediaType)), key("required", Any)];
const MEDIA_TYPE: &[Field] = &[
    key("schema", Schema),
    key("example", Any),
    key("examples", Map(Kind::Example)),
    key("encoding", Map(Kind::Encoding)),
    new("itemSchema", 2, Schema),
    new("prefixEncoding", 2, List(Kind::Encoding)),
    new("itemEncoding", 2, Obj(Kind::Encoding)),
];
const ENCODING: &[Field] = &[
    key("contentType", Any),
    key("headers", Map(Kind::Header)),
    key("style", Any),
    key("explode", Any),
    key("allowReserved", Any),
    new("encoding", 2, Map(Kind::Encoding)),
    new("prefixEncoding", 2, List(Kind::Encoding)),
    new("itemEncoding", 2, Obj(Kind::Encoding)),
];
const RESPONSE: &[Field] = &[
    key("description", Any),
    key("headers", Map(Kind::Header)),
    key("content", Map(Kind::MediaType)),
    key("links", Map(Kind::Link)),
    new("summary", 2, Any),
];
const EXAMPLE: &[Field] = &[
    key("summary", Any),
    key("description", Any),
    key("value", Any),
    key("externalValue", Any),
    new("dataValue", 2, Any),
    new("serializedValue", 2, Any),
];
const LINK: &[Field] = &[
    key("operationRef", Any),
    key("operationId", Any),
    key("parameters", Any),
    key("requestBody", Any),
    key("description", Any),
    key("server", Obj(Kind::Server)),
];
const HEADER: &[Field] = &[
    key("description", Any),
    key("required", Any),
    key("deprecated", Any),
    key("allowEmptyValue", Any),
    key("style", Any),
    key("explode", Any),
    key("allowReserved", Any),
    key("schema", Schema),
    key("example", Any),
    key("examples", Map(Kind::Example)),
    key("content", Map(Kind::MediaType)),
];
const TAG: &[Field] = &[
    key("name", Any),
    key("description", Any),
    key("externalDocs", Obj(Kind::ExternalDocs)),
    new("summary", 2, Any),
    new("parent", 2, Any),
    new("kind", 2, Any),
];
const SECURITY_SCHEME: &[Field] = &[
    key("type", Any),
    key("description", Any),
    key("name", Any),
    key("in", Any),
    key("scheme", Any),
    key("bearerFormat", Any),
    key("flows", Obj(Kind::Flows)),
    key("openIdConnectUrl", Any),
    new("oauth2MetadataUrl", 2, Any),
    new("deprecated", 2, Any),
];
const FLOWS: &[Field] = &[
    key("implicit", Obj(Kind::Flow)),
    key("password", Obj(Kind::Flow)),
    key("clientCredentials", Obj(Kind::Flow)),
    key("authorizationCode", Obj(Kind::Flow)),
    new("deviceAuthorization", 2, Obj(Kind::Flow)),
];
const FLOW: &[Field] = &[
    key("authorizationUrl", Any),
    key("tokenUrl", Any),
    key("refreshUrl", Any),
    key("scopes", Any),
    new("deviceAuthorizationUrl", 2, Any),
];
const DISCRIMINATOR: &[Field] = &[key("propertyName", Any), key("mapping", Any), new("defaultMapping", 2, Any)];
const XML: &[Field] = &[
    key("name", Any),
    key("namespace", Any),
    key("prefix", Any),
    key("attribute", Any),
    key("wrapped", Any),
    new("nodeType", 2, Any),
];

/// Words of schemas that say nothing of a value, or nothing that is looked at.
pub(super) const ANNOTATIONS: [(&str, Under); 27] = [
    ("title", Any),
    ("description", Any),
    ("default", Any),
    ("example", Any),
    ("examples", Any),
    ("deprecated", Any),
    ("readOnly", Any),
    ("writeOnly", Any),
    ("externalDocs", Obj(Kind::ExternalDocs)),
    ("xml", Obj(Kind::Xml)),
    ("discriminator", Obj(Kind::Discriminator)),
    ("nullable", Any),
    ("$ref", Any),
    ("$id", Any),
    ("$schema", Any),
    ("$anchor", Any),
    ("$dynamicAnchor", Any),
    ("$recursiveAnchor", Any),
    ("$vocabulary", Any),
    ("$comment", Any),
    ("$defs", SchemaMap),
    ("definitions", SchemaMap),
    ("dependencies", Any),
    ("additionalItems", Any),
    ("contentEncoding", Any),
    ("contentMediaType", Any),
    ("contentSchema", Schema),
];

/// Words that stand where another one is meant: of Swagger 2.0, of other tools, of other versions.
pub(super) const MISPLACED: &[(Kind, &str, &str)] = &[
    (
        Kind::Response,
        "schema",
        "write `content: { application/json: { schema: ... } }`; `schema` alone is Swagger 2.0's",
    ),
    (Kind::RequestBody, "schema", "write `content: { application/json: { schema: ... } }`"),
    (Kind::Response, "examples", "write them in `content`, below the media type; here they are Swagger 2.0's"),
    (Kind::Operation, "consumes", "write the media types in `requestBody.content`; `consumes` is Swagger 2.0's"),
    (Kind::Operation, "produces", "write the media types in the `content` of responses; `produces` is Swagger 2.0's"),
    (Kind::Operation, "schemes", "write the scheme in the URL of `servers`; `schemes` is Swagger 2.0's"),
    (Kind::Document, "definitions", "write them in `components.schemas`; `definitions` is Swagger 2.0's"),
    (Kind::Document, "basePath", "write it in the URL of `servers`; `basePath` is Swagger 2.0's"),
    (Kind::Document, "host", "write it in the URL of `servers`; `host` is Swagger 2.0's"),
    (Kind::Document, "securityDefinitions", "write them in `components.securitySchemes`"),
    (Kind::Document, "consumes", "write the media types in `content`; `consumes` is Swagger 2.0's"),
    (Kind::Document, "produces", "write the media types in `content`; `produces` is Swagger 2.0's"),
    (Kind::Document, "schemas", "put it below `components`"),
    (Kind::Document, "responses", "put it below `components`"),
    (Kind::Document, "parameters", "put it below `components`"),
    (Kind::Document, "requestBodies", "put it below `components`"),
    (Kind::Document, "securitySchemes", "put it below `components`"),
    (Kind::Parameter, "type", "put it below `schema`; a bare `type` is Swagger 2.0's"),
    (Kind::Parameter, "format", "put it below `schema`"),
    (Kind::Parameter, "enum", "put it below `schema`"),
    (Kind::Parameter, "items", "put it below `schema`"),
    (Kind::Parameter, "default", "put it below `schema`"),
    (Kind::Parameter, "pattern", "put it below `schema`"),
    (Kind::Parameter, "minimum", "put it below `schema`"),
    (Kind::Parameter, "maximum", "put it below `schema`"),
    (Kind::Parameter, "minLength", "put it below `schema`"),
    (Kind::Parameter, "maxLength", "put it below `schema`"),
    (Kind::Parameter, "nullable", "put it below `schema`"),
    (Kind::Parameter, "collectionFormat", "write `style` and `explode`; `collectionFormat` is Swagger 2.0's"),
    (Kind::Header, "type", "put it below `schema`; a bare `type` is Swagger 2.0's"),
    (Kind::Header, "format", "put it below `schema`"),
    (Kind::Header, "enum", "put it below `schema`"),
    (Kind::Header, "name", "the key above it is its name"),
    (Kind::Header, "in", "a header is always in the header"),
    (Kind::MediaType, "type", "put it below `schema`"),
    (Kind::MediaType, "properties", "put it below `schema`"),
    (Kind::MediaType, "required", "put it below `schema`"),
    (Kind::PathItem, "operationId", "put it below the method"),
    (Kind::PathItem, "responses", "put it below the method"),
    (Kind::PathItem, "requestBody", "put it below the method"),
];
