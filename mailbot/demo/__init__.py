"""An embedded mail server and sample mails, so that the main job runs on a bare machine."""
