<?php
// A webhook receiver with nothing but PHP: WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:3000 receiver.php

require __DIR__ . '/verify.php';

$body = file_get_contents('php://input');
if (!verified((string) getenv('WEBHOOK_SECRET'), $_SERVER, $body)) {
    http_response_code(401);
    return;
}
// In earnest: a unique key in your database, written in one transaction with what you do.
$seen = sys_get_temp_dir() . '/webhook-' . hash('sha256', $_SERVER['HTTP_WEBHOOK_ID']);
if (@fopen($seen, 'x') !== false) {
    error_log($_SERVER['HTTP_WEBHOOK_ID'] . ' ' . json_decode($body, true)['type']);
}
http_response_code(204);
