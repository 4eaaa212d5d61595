//! What belongs to the whole organization: emoji, linkifiers, profile fields, exports.

mod domains;
mod emoji;
mod exports;
mod linkifiers;
mod playgrounds;
mod profile_fields;

pub use domains::{
    AddDomain, Domain, DomainNumber, Domains, GetDomains, RemoveDomain, UpdateDomain,
};
pub use emoji::{CustomEmoji, DeactivateCustomEmoji, Emoji, GetCustomEmoji, UploadCustomEmoji};
pub use exports::{
    DeleteExport, Export, ExportConsent, ExportConsents, ExportNumber, ExportType, Exports,
    GetExportConsents, GetExports, StartExport,
};
pub use linkifiers::{
    AddLinkifier, GetLinkifiers, Linkifier, LinkifierNumber, Linkifiers, RemoveLinkifier,
    ReorderLinkifiers, UpdateLinkifier,
};
pub use playgrounds::{AddPlayground, Playground, PlaygroundNumber, RemovePlayground};
pub use profile_fields::{
    CreateProfileField, GetProfileFields, ProfileField, ProfileFieldNumber, ProfileFieldType,
    ProfileFields, RemoveProfileField, ReorderProfileFields, UpdateProfileField,
};
