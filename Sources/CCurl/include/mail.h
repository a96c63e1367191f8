// One mail by SMTP, through libcurl: its options take arguments of any type, which Swift cannot pass.
#pragma once

#include <stddef.h>

/// Makes libcurl ready; once in a process, before anything else of it.
void curl_make_ready(void);

typedef struct {
    /// smtp:// or smtps://, with host and port.
    const char *url;
    /// Whether nothing is said before TLS protects it.
    int requires_tls;
    /// A PEM file of the authorities to trust; NULL for the system's.
    const char *ca_file;
    /// NULL where nobody signs in.
    const char *user;
    const char *password;
    const char *from;
    /// Addresses, each ended by a line feed.
    const char *recipients;
    const char *body;
    size_t body_bytes;
    /// For all of it.
    long timeout_milliseconds;
} curl_mail;

/// Longest reason, with its ending zero.
#define CURL_MAIL_REASON_BYTES 256

/// Sends a mail, and waits until the server has taken it. Gives 0, or libcurl's error with the reason as text.
int curl_send_mail(const curl_mail *mail, char reason[CURL_MAIL_REASON_BYTES]);
