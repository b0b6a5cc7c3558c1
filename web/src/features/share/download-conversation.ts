/** Has the browser save a conversation; false when the server did not give it. */
export async function downloadConversation(id: string, format: 'md' | 'json'): Promise<boolean> {
  try {
    const reply = await fetch(`/api/v1/conversations/${id}/export?format=${format}`);
    if (!reply.ok) return false;
    const address = URL.createObjectURL(await reply.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = /filename="([^"]+)"/.exec(reply.headers.get('content-disposition') ?? '')?.[1] ?? '';
    link.click();
    URL.revokeObjectURL(address);
    return true;
  } catch {
    return false;
  }
}
