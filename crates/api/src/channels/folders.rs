//! `GET /channel_folders`, `POST /channel_folders/create`, `PATCH /channel_folders/{channel_folder_id}`, `PATCH /channel_folders`

use crate::{ChannelFolderId, Empty, UserId};

endpoint! {
    /// Returns the folders in which channels are shown; since feature level 389.
    pub struct GetChannelFolders: GET "/channel_folders" -> ChannelFolders {
        optional {
            /// Whether archived ones are wanted; no if not given.
            include_archived: bool,
        }
    }
}

endpoint! {
    /// Makes a folder; since feature level 389.
    pub struct CreateChannelFolder: POST "/channel_folders/create" -> ChannelFolderNumber {
        required {
            /// Its name.
            name: String,
        }
        optional {
            /// What it is for, in Markdown.
            description: String,
        }
    }
}

endpoint! {
    /// Changes a folder; since feature level 389.
    pub struct UpdateChannelFolder: PATCH "/channel_folders/{channel_folder_id}" -> Empty {
        required {
            /// The folder.
            channel_folder_id: ChannelFolderId,
        }
        optional {
            /// Its new name.
            name: String,
            /// What it is for from now on, in Markdown.
            description: String,
            /// Whether it is archived.
            is_archived: bool,
        }
    }
}

endpoint! {
    /// Puts the folders in order; since feature level 414.
    pub struct ReorderChannelFolders: PATCH "/channel_folders" -> Empty {
        required {
            /// All of them.
            order: Vec<ChannelFolderId>,
        }
    }
}

object! {
    /// A folder in which channels are shown.
    pub struct ChannelFolder {
        required {
            /// Its number.
            id: ChannelFolderId,
            /// Its name.
            name: String,
        }
        default {
            /// What it is for, in Markdown.
            description: String,
            /// Whether it is archived.
            is_archived: bool,
        }
        optional {
            /// Who made it.
            creator_id: UserId,
        }
    }
}

object! {
    /// Answers [`GetChannelFolders`].
    pub struct ChannelFolders {
        required {
            /// The folders.
            channel_folders: Vec<ChannelFolder>,
        }
    }
}

object! {
    /// Answers [`CreateChannelFolder`].
    pub struct ChannelFolderNumber {
        required {
            /// The number.
            channel_folder_id: ChannelFolderId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_channel_folders_on_the_wire() {
        let mut endpoint = GetChannelFolders::new();
        endpoint.include_archived = Some(true);
        assert_wire(
            &endpoint,
            "GET /channel_folders",
            &[("include_archived", "true")],
        );
    }

    #[test]
    fn create_channel_folder_on_the_wire() {
        let mut endpoint = CreateChannelFolder::new("text");
        endpoint.description = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /channel_folders/create",
            &[("description", "text"), ("name", "text")],
        );
    }

    #[test]
    fn update_channel_folder_on_the_wire() {
        let mut endpoint = UpdateChannelFolder::new(ChannelFolderId(7));
        endpoint.name = Some("text".to_owned());
        endpoint.description = Some("text".to_owned());
        endpoint.is_archived = Some(true);
        assert_wire(
            &endpoint,
            "PATCH /channel_folders/7",
            &[
                ("description", "text"),
                ("is_archived", "true"),
                ("name", "text"),
            ],
        );
    }

    #[test]
    fn reorder_channel_folders_on_the_wire() {
        assert_wire(
            &ReorderChannelFolders::new([ChannelFolderId(7)]),
            "PATCH /channel_folders",
            &[("order", "[7]")],
        );
    }
}
