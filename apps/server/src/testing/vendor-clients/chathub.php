<?php
// What an integrator writes in PHP after reading the published guide: curl, X-Authorization-Key, json_decode.
// php chathub.php BASE_URL LOGIN PASSWORD ORGANIZATION_ID COUNT → one JSON object that says what happened.

[, $base, $login, $password, $organizationId, $count] = $argv;
const ACTIVE = 0;
const INACTIVE = 1;
const DELETED = 2;

final class ChatHub
{
    private ?string $token = null;

    public function __construct(private string $base)
    {
    }

    public function signIn(string $login, string $password): void
    {
        $this->token = $this->call('POST', '/api/company/get-token', ['login' => $login, 'password' => $password]);
    }

    public function organizations(): array
    {
        return $this->call('GET', '/api/company/organization');
    }

    public function operators(int $organizationId): array
    {
        return $this->call('GET', '/api/operator?' . http_build_query(['organizationId' => $organizationId]));
    }

    public function addOperators(array $rows, int $chunkSize = 100): array
    {
        foreach ($rows as $number => $row) {
            if (empty($row['organizationId'])) {
                throw new InvalidArgumentException("row $number: organizationId is missing");
            }
            if (trim($row['name'] ?? '') === '') {
                throw new InvalidArgumentException("row $number: name is missing");
            }
            if (preg_match_all('/./us', $row['name']) > 100) {
                throw new InvalidArgumentException("row $number: name is too long");
            }
        }
        $added = [];
        foreach (array_chunk($rows, $chunkSize) as $chunk) {
            array_push($added, ...$this->call('POST', '/api/operator/synchronize', $chunk));
        }
        return $added;
    }

    public function setStatus(int $id, int $status): bool
    {
        return $this->call('POST', '/api/operator/status', ['id' => $id, 'status' => $status]) === null;
    }

    public function operatorToken(int $id): string
    {
        $expiresAt = gmdate('Y-m-d\TH:i:s\Z', time() + 24 * 60 * 60);
        return $this->call('POST', '/api/operator/get-token', ['id' => $id, 'expiresAt' => $expiresAt]);
    }

    public function validate(string $token): array
    {
        return $this->call('POST', '/api/operator/validate-token', ['token' => $token]);
    }

    public function call(string $method, string $path, ?array $body = null): mixed
    {
        $headers = ['Accept: text/plain'];
        if ($this->token !== null) {
            $headers[] = 'X-Authorization-Key: ' . $this->token;
        }
        $curl = curl_init($this->base . $path);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30, CURLOPT_CUSTOMREQUEST => $method]);
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
            // As older versions of curl do for every larger body.
            $headers[] = 'Expect: 100-continue';
            curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body));
        }
        curl_setopt($curl, CURLOPT_HTTPHEADER, $headers);
        $text = curl_exec($curl);
        if ($text === false) {
            throw new RuntimeException(curl_error($curl));
        }
        $status = curl_getinfo($curl, CURLINFO_HTTP_CODE);
        $answer = $text === '' ? null : json_decode($text, true, 512, JSON_THROW_ON_ERROR);
        if ($status !== 200) {
            throw new RuntimeException($answer['error'] ?? 'no answer', $status);
        }
        return $answer;
    }
}

function refusal(callable $act): ?array
{
    try {
        $act();
        return null;
    } catch (RuntimeException $error) {
        return ['status' => $error->getCode(), 'message' => $error->getMessage()];
    }
}

$hub = new ChatHub($base);
$hub->signIn($login, $password);
$organization = (int) $organizationId;
$known = $hub->operators($organization);
$rows = [];
for ($number = 1; $number <= (int) $count; $number++) {
    $rows[] = ['organizationId' => $organization, 'name' => "Агент №$number"];
}
$added = $hub->addOperators($rows);
$first = $added[0]['id'];
$switched = array_map(fn (int $status): bool => $hub->setStatus($first, $status), [INACTIVE, DELETED, ACTIVE]);
$token = $hub->operatorToken($first);

echo json_encode([
    'organizations' => $hub->organizations(),
    'known' => $known,
    'added' => $added,
    'switched' => $switched,
    'token' => $token,
    'validated' => $hub->validate($token),
    'invalid' => $hub->validate('nonsense'),
    'wrongPassword' => refusal(fn () => (new ChatHub($base))->signIn($login, 'wrong')),
    'badRow' => refusal(fn () => $hub->call('POST', '/api/operator/synchronize', [['organizationId' => $organization, 'name' => '']])),
]), "\n";
