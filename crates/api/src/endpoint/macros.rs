/// Defines an endpoint: its method, path and response, then its parameters as its documentation lists them.
///
/// It makes a struct whose fields are public, those under `optional` as `Option`s that are left out while they are `None`;
/// `new` takes what is required, in order. A field that cannot be called as the parameter is says so by `as "…"`. A field
/// under `flattened` stands for several parameters, and one under `file` for a file that goes beside them.
macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        pub struct $name:ident: $method:ident $path:literal -> $response:ty {
            $(flattened { $(#[$flat_doc:meta])* $flat:ident: $flat_type:ty, })?
            $(required { $($(#[$required_doc:meta])* $required:ident $(as $required_wire:literal)?: $required_type:ty,)* })?
            $(optional { $($(#[$optional_doc:meta])* $optional:ident $(as $optional_wire:literal)?: $optional_type:ty,)* })?
            $(file { $(#[$file_doc:meta])* $file:ident as $file_wire:literal, })?
        }
    ) => {
        #[doc = concat!("`", stringify!($method), " ", $path, "` – ")]
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$flat_doc])* #[serde(flatten)] pub $flat: $flat_type,)?
            $($(
                $(#[$required_doc])*
                $(#[serde(rename = $required_wire)])?
                pub $required: $required_type,
            )*)?
            $($(
                $(#[$optional_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                $(#[serde(rename = $optional_wire)])?
                pub $optional: Option<$optional_type>,
            )*)?
            $(
                $(#[$file_doc])*
                ///
                /// It is no part of the stored form.
                #[serde(skip)]
                pub $file: $crate::File,
            )?
        }

        impl $name {
            /// Builds it with the parameters that are required.
            #[allow(clippy::new_without_default, reason = "some endpoints require nothing, most something")]
            pub fn new(
                $($flat: impl Into<$flat_type>,)?
                $($($required: impl Into<$required_type>,)*)?
                $($file: $crate::File,)?
            ) -> Self {
                Self {
                    $($flat: $flat.into(),)?
                    $($($required: $required.into(),)*)?
                    $($($optional: None,)*)?
                    $($file,)?
                }
            }
        }

        impl $crate::Endpoint for $name {
            const METHOD: $crate::Method = endpoint!(@method $method);
            const PATH: &'static str = $path;
            const PARAMETERS: &'static [&'static [$crate::Parameter]] = &[
                $(<$flat_type as $crate::endpoint::Flattened>::PARAMETERS,)?
                &[
                    $($($crate::Parameter::required(wire_name!($required $($required_wire)?)),)*)?
                    $($($crate::Parameter::optional(wire_name!($optional $($optional_wire)?)),)*)?
                    $($crate::Parameter::optional($file_wire),)?
                ],
            ];
            type Response = $response;

            $(fn files(&self) -> Vec<$crate::File> {
                vec![self.$file.clone()]
            })?
        }
    };
    (@method GET) => { $crate::Method::Get };
    (@method POST) => { $crate::Method::Post };
    (@method PUT) => { $crate::Method::Put };
    (@method PATCH) => { $crate::Method::Patch };
    (@method DELETE) => { $crate::Method::Delete };
}

/// Names a parameter as the wire does: as its field, unless it says otherwise.
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// Defines parameters that several endpoints have in common, all of them optional.
macro_rules! parameters {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }

        impl $crate::endpoint::Flattened for $name {
            const PARAMETERS: &'static [$crate::Parameter] = &[$($crate::Parameter::optional(stringify!($field)),)*];
        }
    };
}

/// Defines what a server answers, or an object within it.
///
/// Fields under `optional` are `Option`s; those under `default` are empty or false where the server leaves them out. What
/// has no field is kept in `extra`, as it came.
macro_rules! object {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $(required { $($(#[$required_doc:meta])* $required:ident $(as $required_wire:literal)?: $required_type:ty,)* })?
            $(default { $($(#[$default_doc:meta])* $default:ident $(as $default_wire:literal)?: $default_type:ty,)* })?
            $(optional { $($(#[$optional_doc:meta])* $optional:ident $(as $optional_wire:literal)?: $optional_type:ty,)* })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(
                $(#[$required_doc])*
                $(#[serde(rename = $required_wire)])?
                pub $required: $required_type,
            )*)?
            $($(
                $(#[$default_doc])*
                #[serde(default)]
                $(#[serde(rename = $default_wire)])?
                pub $default: $default_type,
            )*)?
            $($(
                $(#[$optional_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                $(#[serde(rename = $optional_wire)])?
                pub $optional: Option<$optional_type>,
            )*)?
            /// All the rest, as it came.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }
    };
}

/// Defines an enum of texts that the server may extend: what is not known is kept in `Other`.
///
/// The first text of a variant is the one that is written, the others are read as well.
macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)*,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// One that this version does not know.
            Other(String),
        }

        impl $name {
            /// Returns the text that stands for it on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text $(| $alias)* => Self::$variant,)+
                    _ => Self::Other(text),
                }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }
    };
}

/// Defines an enum of numbers that the server may extend: what is not known is kept in `Other`.
macro_rules! open_number {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(from = "i64", into = "i64")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// One that this version does not know.
            Other(i64),
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Other(number),
                }
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $number,)+
                    $name::Other(number) => number,
                }
            }
        }
    };
}
