"""Reports as mail: who gets which, the body that any mail program draws, and the letter with its attachments."""
