//! Images: kept once, shown to whoever may read a message that has them, and let go when no
//! message has them any more.

use std::collections::HashMap;

use quorum_domain::{
    Attachment, Timestamp,
    ids::{AttachmentId, ConversationId, MessageId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, rows::parsed};

/// Images let go at once; the next sweep takes the next ones.
const AT_ONCE: i64 = 200;

#[derive(sqlx::FromRow)]
pub(crate) struct AttachmentRow {
    id: Uuid,
    name: String,
    media_type: String,
    width: i64,
    height: i64,
    bytes: i64,
    created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct OfMessageRow {
    message_id: Uuid,
    #[sqlx(flatten)]
    attachment: AttachmentRow,
}

impl TryFrom<AttachmentRow> for Attachment {
    type Error = StoreError;
    fn try_from(row: AttachmentRow) -> Result<Self> {
        const TABLE: &str = "attachments";
        let pixels = |side: i64, column| u32::try_from(side).map_err(|_| StoreError::Corrupt { table: TABLE, column });
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            media_type: parsed(&row.media_type, TABLE, "media_type")?,
            width: pixels(row.width, "width")?,
            height: pixels(row.height, "height")?,
            bytes: row.bytes,
            created_at: row.created_at,
        })
    }
}

/// An image is there for whoever may read a message that has it, and for whoever brought it as
/// long as no message has it.
macro_rules! select_visible {
    ($columns:literal, $from:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM attachments a ",
            $from,
            " WHERE a.id = $1 AND (
                 (a.user_id = $2 AND a.unsent_since IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM message_attachments l
                     JOIN messages m ON m.id = l.message_id
                     JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL
                     JOIN participants p ON p.conversation_id = c.id AND p.user_id = $2
                     WHERE l.attachment_id = a.id))"
        )
    };
}

impl Session {
    /// An image that a user may see.
    pub async fn attachment(&mut self, user: UserId, id: AttachmentId) -> Result<Attachment> {
        let row = fetch!(
            fetch_optional,
            self,
            AttachmentRow,
            select_visible!(
                "a.id, a.name, a.media_type, a.width, a.height, a.bytes, a.created_at",
                ""
            ),
            id.uuid(),
            user.uuid()
        )?;
        row.ok_or(StoreError::NotFound("image"))?.try_into()
    }

    /// The bytes of an image, without asking for whom.
    pub async fn attachment_content(&mut self, id: AttachmentId) -> Result<Vec<u8>> {
        let row = fetch!(
            fetch_optional,
            self,
            (Vec<u8>,),
            "SELECT content FROM attachment_contents WHERE attachment_id = $1",
            id.uuid()
        )?;
        row.map(|(content,)| content).ok_or(StoreError::NotFound("image"))
    }

    /// Bytes of all images that a user keeps here.
    pub async fn attachment_bytes_of(&mut self, user: UserId) -> Result<i64> {
        let (bytes,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM attachments WHERE user_id = $1",
            user.uuid()
        )?;
        Ok(bytes)
    }

    /// The images of the messages between two positions, both included, in the order given.
    pub(crate) async fn attachments_between(
        &mut self,
        conversation: ConversationId,
        first: i64,
        last: i64,
    ) -> Result<HashMap<Uuid, Vec<Attachment>>> {
        let rows = fetch!(
            fetch_all,
            self,
            OfMessageRow,
            "SELECT l.message_id, a.id, a.name, a.media_type, a.width, a.height, a.bytes, a.created_at
             FROM messages m JOIN message_attachments l ON l.message_id = m.id
             JOIN attachments a ON a.id = l.attachment_id
             WHERE m.conversation_id = $1 AND m.position BETWEEN $2 AND $3
             ORDER BY m.position, l.position",
            conversation.uuid(),
            first,
            last
        )?;
        let mut by_message: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
        for row in rows {
            by_message
                .entry(row.message_id)
                .or_default()
                .push(row.attachment.try_into()?);
        }
        Ok(by_message)
    }

    /// The images of one message.
    pub(crate) async fn attachments_of(&mut self, message: MessageId) -> Result<Vec<Attachment>> {
        let rows = fetch!(
            fetch_all,
            self,
            AttachmentRow,
            "SELECT a.id, a.name, a.media_type, a.width, a.height, a.bytes, a.created_at
             FROM message_attachments l JOIN attachments a ON a.id = l.attachment_id
             WHERE l.message_id = $1 ORDER BY l.position",
            message.uuid()
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Tx {
    /// Keeps an image for a user.
    pub async fn keep_attachment(&mut self, user: UserId, attachment: &Attachment, content: &[u8]) -> Result<()> {
        execute!(
            self,
            "INSERT INTO attachments (id, user_id, name, media_type, width, height, bytes, created_at, unsent_since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            attachment.id.uuid(),
            user.uuid(),
            &attachment.name,
            attachment.media_type.as_str(),
            i64::from(attachment.width),
            i64::from(attachment.height),
            attachment.bytes,
            attachment.created_at
        )?;
        execute!(
            self,
            "INSERT INTO attachment_contents (attachment_id, content) VALUES ($1, $2)",
            attachment.id.uuid(),
            content
        )?;
        Ok(())
    }

    /// Lets go of an image that went along with nothing.
    pub async fn delete_attachment(&mut self, user: UserId, id: AttachmentId) -> Result<()> {
        self.attachment(user, id).await?;
        let deleted = execute!(
            self,
            "DELETE FROM attachments WHERE id = $1 AND user_id = $2 AND unsent_since IS NOT NULL",
            id.uuid(),
            user.uuid()
        )?;
        if deleted == 0 {
            return Err(StoreError::Conflict("this image belongs to a message"));
        }
        Ok(())
    }

    /// Puts images on a message, in this order.
    pub(crate) async fn attach(&mut self, message: MessageId, attachments: &[Attachment]) -> Result<()> {
        if attachments.is_empty() {
            return Ok(());
        }
        let rows = (0_i64..).zip(attachments);
        insert_rows!(
            self,
            "INSERT INTO message_attachments (message_id, attachment_id, position) ",
            rows,
            |row, item| {
                row.push_bind(message.uuid())
                    .push_bind(item.1.id.uuid())
                    .push_bind(item.0);
            }
        )?;
        execute!(
            self,
            "UPDATE attachments SET unsent_since = NULL
             WHERE id IN (SELECT attachment_id FROM message_attachments WHERE message_id = $1)",
            message.uuid()
        )?;
        Ok(())
    }

    /// Notes of a conversation's images that no other has that nobody will have them: the
    /// conversation is about to be erased.
    pub(crate) async fn loosen_attachments(&mut self, conversation: Uuid) -> Result<()> {
        execute!(
            self,
            "UPDATE attachments SET unsent_since = created_at WHERE id IN (
                 SELECT l.attachment_id FROM messages m JOIN message_attachments l ON l.message_id = m.id
                 WHERE m.conversation_id = $1)
               AND NOT EXISTS (
                 SELECT 1 FROM message_attachments l JOIN messages m ON m.id = l.message_id
                 WHERE l.attachment_id = attachments.id AND m.conversation_id <> $1)",
            conversation
        )?;
        Ok(())
    }

    /// Lets go of images that no message has had since before a moment: never sent, or left by an
    /// erased conversation. Gives how many.
    pub async fn erase_unsent_before(&mut self, moment: Timestamp) -> Result<u64> {
        execute!(
            self,
            "DELETE FROM attachments WHERE id IN (
                 SELECT a.id FROM attachments a WHERE a.unsent_since < $1 ORDER BY a.unsent_since LIMIT $2)",
            moment,
            AT_ONCE
        )
    }
}
