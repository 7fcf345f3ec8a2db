//! Contracts of any size, made up.

use std::fmt::Write;

/// A contract of so many operations, about 2 KB each: half read one thing, half create one; every one has schemas of its
/// own and shares some.
pub(super) fn operations(count: usize) -> String {
    let mut text = String::from("openapi: 3.1.0\ninfo: { title: Things, version: '1' }\npaths:\n");
    for number in 0..count {
        let (method, body) = match number % 2 {
            0 => ("get", String::new()),
            _ => ("post", request(number)),
        };
        let _ = write!(
            text,
            "  /things/{number}/{{id}}:
    {method}:
      operationId: thing{number}
      summary: The thing of number {number}, as everybody knows it who has read about the things before it.
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string, format: uuid }} }}
        - {{ name: limit, in: query, schema: {{ type: integer, minimum: 1, maximum: 100 }} }}
        - {{ name: X-Request-ID, in: header, schema: {{ type: string, minLength: 1, maxLength: 64 }} }}
{body}      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {{ $ref: '#/components/schemas/Thing{number}' }}
        4XX: {{ $ref: '#/components/responses/Refused' }}
"
        );
    }
    text.push_str(
        "components:
  responses:
    Refused:
      description: Why not.
      content: { application/json: { schema: { $ref: '#/components/schemas/Refusal' } } }
  schemas:
    Refusal:
      type: object
      required: [code, message]
      properties:
        code: { type: string, pattern: '^[A-Z]+-[0-9]{3}$' }
        message: { type: string }
    Money:
      type: object
      required: [amount, currency]
      properties:
        amount: { type: number, multipleOf: 0.01 }
        currency: { type: string, enum: [INR, USD, EUR] }
",
    );
    for number in 0..count {
        let next = (number + 1) % count;
        let _ = write!(
            text,
            "    Thing{number}:
      type: object
      required: [id, name, price, status, createdAt]
      properties:
        id: {{ type: string, format: uuid }}
        name: {{ type: string, minLength: 1, maxLength: 200, description: 'What people call the thing of number {number}.' }}
        price: {{ $ref: '#/components/schemas/Money' }}
        status: {{ type: string, enum: [NEW, ACTIVE, SUSPENDED, CLOSED] }}
        createdAt: {{ type: string, format: date-time }}
        tags: {{ type: array, items: {{ type: string, pattern: '^[a-z][a-z0-9-]*$' }}, maxItems: 20, uniqueItems: true }}
        parts: {{ type: array, items: {{ $ref: '#/components/schemas/Thing{next}' }} }}
        note: {{ type: [string, 'null'] }}
"
        );
    }
    text
}

fn request(number: usize) -> String {
    format!(
        "      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name, price]
              properties:
                name: {{ type: string, minLength: 1, maxLength: 200 }}
                price: {{ $ref: '#/components/schemas/Money' }}
                kind: {{ type: string, enum: [SMALL, LARGE, KIND-{number}] }}
                owner:
                  type: object
                  required: [email]
                  properties:
                    email: {{ type: string, format: email }}
                    phone: {{ type: string, pattern: '^[0-9]{{10}}$' }}
                    address:
                      type: object
                      properties:
                        line1: {{ type: string }}
                        line2: {{ type: string }}
                        city: {{ type: string }}
                        pincode: {{ type: string, pattern: '^[0-9]{{6}}$' }}
"
    )
}

/// A contract of one operation, whose answer has so many optional members.
pub(super) fn optional_members(count: usize) -> String {
    let mut text = String::from(
        "openapi: 3.1.0
info: { title: Optional, version: '1' }
paths:
  /thing:
    get:
      operationId: thing
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema:
                type: object
                properties:
",
    );
    for number in 0..count {
        let _ = writeln!(text, "                  member{number}: {{ type: [string, 'null'], maxLength: 20 }}");
    }
    text
}
