const CLIENT = `from openai import OpenAI
client = OpenAI(api_key="YOUR_API_KEY", base_url="https://BASE_URL")
`;

/** The seed's Python snippets, with what they print. `BASE_URL` and `YOUR_API_KEY` are the reader's to fill in. */
export const PYTHON_SNIPPETS = {
  listModels: `from openai import OpenAI

client = OpenAI(
    # No API key needed for listing models
    base_url="https://BASE_URL"
)
models = client.models.list()
for model in models.data:
    print(model.id)
`,
  chat: `${CLIENT}
response = client.chat.completions.create(
    model="Qwen2.5-7B-Instruct/dev",
    messages=[
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Hello!"}
    ],
    temperature=0.7,
    stream=False
)
print(response.choices[0].message.content)
`,
  stream: `${CLIENT}
stream = client.chat.completions.create(
    model="Llama-3.3-70B-Instruct/dev",
    messages=[
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Write a short poem about AI."}
    ],
    stream=True
)
for chunk in stream:
    if chunk.choices[0].delta.content is not None:
        print(chunk.choices[0].delta.content, end="")
print()
`,
  embeddings: `${CLIENT}
response = client.embeddings.create(
    model="bge-m3/dev",
    input="The food was delicious and the service was excellent."
)
print(response.data[0].embedding)
response = client.embeddings.create(
    model="bge-m3/dev",
    input=[
        "The food was delicious and the service was excellent.",
        "The restaurant was very expensive and the food was mediocre."
    ]
)
print(f"Generated {len(response.data)} embeddings")
`,
  // No SDK has client.reranking.create; the SDK's own way to routes that it does not know takes its place.
  rerank: `import json
from types import SimpleNamespace
${CLIENT}
def create(**body):
    answer = client.post("/rerank", cast_to=object, body=body)
    return json.loads(json.dumps(answer), object_hook=lambda fields: SimpleNamespace(**fields))

response = create(
    model="bge-reranker-v2-m3/dev",
    query="What is the capital of France?",
    documents=[
        "Paris is the capital of France.",
        "Berlin is the capital of Germany.",
        "London is the capital of England."
    ],
    max_rerank=3
)
for result in response.data:
    print(f"Document: {result.document}")
    print(f"Relevance Score: {result.relevance_score}")
    print("---")
`,
  invocation: `import requests
import json

url = "https://BASE_URL/v1/invocations"
headers = {
    "Authorization": "Bearer YOUR_API_KEY",
    "Content-Type": "application/json"
}
payload = {
    "model": "Qwen2.5-7B-Instruct/dev",
    "input": {
        "query": "What is machine learning?"
    },
    "parameters": {
        "max_tokens": 100
    }
}
response = requests.post(url, headers=headers, data=json.dumps(payload))
print(response.json())
`,
  vision: `import base64
${CLIENT}
def encode_image(image_path):
    with open(image_path, "rb") as image_file:
        return base64.b64encode(image_file.read()).decode('utf-8')

base64_image = encode_image("path/to/your/image.jpg")
response = client.chat.completions.create(
    model="Qwen2-VL-7B-Instruct/dev",
    messages=[{
        "role": "user",
        "content": [
            {"type": "text", "text": "What's in this image?"},
            {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{base64_image}"}}
        ]
    }]
)
print(response.choices[0].message.content)
`,
  transcription: `${CLIENT}
with open("path/to/audio.mp3", "rb") as audio_file:
    response = client.audio.transcriptions.create(
        model="whisper-large-v3/dev",
        file=audio_file
    )
print(response.text)
`,
} as const;
