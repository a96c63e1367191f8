#include "mail.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

void curl_make_ready(void) {
    // Where it fails, every mail does, and says so.
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

typedef struct {
    const char *rest;
    size_t count;
} unread;

static size_t read_body(char *buffer, size_t size, size_t count, void *context) {
    unread *body = context;
    size_t bytes = size * count < body->count ? size * count : body->count;
    memcpy(buffer, body->rest, bytes);
    body->rest += bytes;
    body->count -= bytes;
    return bytes;
}

static size_t drop_answer(char *buffer, size_t size, size_t count, void *context) {
    (void)buffer;
    (void)context;
    return size * count;
}

/// Gives 0 where an address finds no memory.
static int add_recipients(const char *recipients, struct curl_slist **list) {
    while (*recipients != '\0') {
        const char *end = strchr(recipients, '\n');
        size_t bytes = end != NULL ? (size_t)(end - recipients) : strlen(recipients);
        char *address = strndup(recipients, bytes);
        struct curl_slist *longer = address != NULL ? curl_slist_append(*list, address) : NULL;
        free(address);
        if (longer == NULL) return 0;
        *list = longer;
        recipients += bytes + (end != NULL ? 1 : 0);
    }
    return 1;
}

int curl_send_mail(const curl_mail *mail, char reason[CURL_MAIL_REASON_BYTES]) {
    reason[0] = '\0';
    CURL *curl = curl_easy_init();
    struct curl_slist *recipients = NULL;
    if (curl == NULL || !add_recipients(mail->recipients, &recipients)) {
        curl_slist_free_all(recipients);
        curl_easy_cleanup(curl);
        return CURLE_OUT_OF_MEMORY;
    }
    unread body = {mail->body, mail->body_bytes};
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_URL, mail->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, mail->requires_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (mail->ca_file != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, mail->ca_file);
    if (mail->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, mail->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, mail->password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &body);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail->body_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_answer);
    // Signals would hit whichever thread of the process.
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, mail->timeout_milliseconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, mail->timeout_milliseconds);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK && reason[0] == '\0') {
        strncpy(reason, curl_easy_strerror(code), CURL_MAIL_REASON_BYTES - 1);
        reason[CURL_MAIL_REASON_BYTES - 1] = '\0';
    }
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return (int)code;
}
